import Foundation
import Testing

@testable import Expressions

/// A row of `Tests/Vectors/expressions.jsonl`.
struct ExpressionVector: Sendable, CustomTestStringConvertible {
    let id: String
    let dialect: Dialect
    let source: String
    let record: TestRecord
    let expect: String
    let at: Int?
    let now: Int64
    let isDeterministic: Bool
    let why: String

    var testDescription: String { "\(id): \(why)" }

    /// All rows, read relative to this file.
    static let all: [ExpressionVector] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/expressions.jsonl")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { ExpressionVector(String($0)) }
    }()

    private init?(_ line: String) {
        guard let json = VectorJSON(line), let id = json["id"]?.string,
            let dialect = json["dialect"]?.string.flatMap(Dialect.init(rawValue:)),
            let source = json["expr"]?.string, let expect = json["expect"]?.string,
            let message = json["message"]
        else { return nil }
        self.id = id
        self.dialect = dialect
        self.source = source
        self.expect = expect
        at = json["at"]?.int.map { Int($0) }
        now = json["now"]?.int ?? 0
        if case .bool(true) = json["deterministic"] {
            isDeterministic = true
        } else {
            isDeterministic = false
        }
        why = json["why"]?.string ?? ""
        record = ExpressionVector.record(message, dialect)
    }

    private static func record(_ message: VectorJSON, _ dialect: Dialect) -> TestRecord {
        var record = TestRecord()
        record.tag = message["tag"]?.string
        record.key = message["key"]?.string
        record.topic = message["topic"]?.string
        record.partition = message["partition"]?.int
        record.offset = message["offset"]?.int
        record.timestamp = message["timestamp"]?.int
        for member in message["properties"]?.members ?? [] {
            record.properties.append((member.name, value(member.value, dialect)))
        }
        for header in message["headers"]?.elements ?? [] {
            let pair = header.elements
            record.properties.append((pair[0].string ?? "", value(pair[1], dialect)))
        }
        if let base64 = message["payload_b64"]?.string {
            record.payload = Data(base64Encoded: base64).map { Array($0) }
        } else if let payload = message["payload"] {
            record.payload = payload.string.map { Array($0.utf8) }
        }
        return record
    }

    private static func value(_ json: VectorJSON, _ dialect: Dialect) -> TestValue {
        let value = typedValue(json)
        guard dialect == .rocketmq else { return value }
        // RocketMQ's properties are text on the wire.
        switch value {
        case .int(let value): return .string(String(value))
        case .double(let value): return .string("\(value)")
        case .bool(let value): return .string(value ? "true" : "false")
        default: return value
        }
    }

    private static func typedValue(_ json: VectorJSON) -> TestValue {
        switch json {
        case .null, .array: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .object:
            if let text = json["double"]?.string { return .double(Double(text) ?? 0) }
            let isRaw = json["rawbytes"] != nil
            let base64 = (json["rawbytes"] ?? json["bytes"])?.string ?? ""
            let bytes = Data(base64Encoded: base64).map { Array($0) } ?? []
            return isRaw ? .bytes(bytes) : TestRecord.wire(bytes)
        }
    }
}
