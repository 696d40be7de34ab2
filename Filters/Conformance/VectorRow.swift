import Bytes
import Expressions

/// The message of an expression vector: attributes, properties in order, payload.
struct VectorRow: Sendable {
    /// All texts of the message, one behind the other: the cells' memory.
    private(set) var bytes: [UInt8] = []
    private var attributes: [RecordAttribute: Cell] = [:]
    private var properties: [(name: [UInt8], value: Cell)] = []
    let payload: Range<Int>?

    init(
        _ message: JSONTree, of line: [UInt8], _ dialect: Dialect
    ) throws(VectorError) {
        payload = try Self.payload(message, of: line, &bytes)
        if let payload {
            let kind: CellKind = UTF8Text.isValid(bytes.rawSpan) ? .string : .bytes
            attributes[.payload] = Cell(
                kind: kind, count: UInt32(payload.count), bits: Int64(payload.lowerBound))
        }
        for attribute in RecordAttribute.allCases where attribute != .payload {
            guard let value = message[attribute.rawValue], !value.isNull else { continue }
            attributes[attribute] = try cell(attribute, value)
        }
        for member in message["properties"]?.members ?? [] {
            properties.append((member.name, try cell(member.value, dialect)))
        }
        for header in message["headers"]?.elements ?? [] {
            guard let pair = header.elements, pair.count == 2, let name = pair[0].bytes else {
                throw .field("a header is no pair of a name and a value")
            }
            properties.append((name, try cell(pair[1], dialect)))
        }
    }

    private static func payload(
        _ message: JSONTree, of line: [UInt8], _ bytes: inout [UInt8]
    ) throws(VectorError) -> Range<Int>? {
        if let base64 = message["payload_b64"] {
            bytes = try VectorReader.base64(base64, "payload_b64")
        } else if let payload = message["payload"], !payload.isNull {
            if let text = payload.bytes {
                bytes = text
            } else {
                let range = payload.range
                JSONWriter.appendCompact(
                    line.rawSpan.slice(range.lowerBound, count: range.count), to: &bytes)
            }
        } else {
            return nil
        }
        return 0..<bytes.count
    }

    private mutating func cell(
        _ attribute: RecordAttribute, _ value: JSONTree
    ) throws(VectorError) -> Cell {
        switch attribute {
        case .tag, .key, .topic, .payload:
            guard let text = value.bytes else {
                throw .field("the message's \(attribute.rawValue) is no text")
            }
            return self.text(text, .string)
        case .partition, .offset, .timestamp:
            guard let number = value.integer else {
                throw .field("the message's \(attribute.rawValue) is no integer")
            }
            return attribute == .timestamp ? .timestamp(number) : .int(number)
        }
    }

    /// The value of a property; in the dialect `rocketmq` all are text on the wire.
    private mutating func cell(
        _ value: JSONTree, _ dialect: Dialect
    ) throws(VectorError) -> Cell {
        let isText = dialect == .rocketmq
        switch value.form {
        case .null: return .null
        case .bool(let flag):
            return isText ? text(Array((flag ? "true" : "false").utf8), .string) : .bool(flag)
        case .int(let number):
            return isText ? text(Array(String(number).utf8), .string) : .int(number)
        case .double(let number):
            return isText ? text(Array("\(number)".utf8), .string) : .double(number)
        case .string(let bytes): return text(bytes, .string)
        case .array, .object: return try special(value, isText: isText)
        }
    }

    /// `{"double":"1.5"}`, `{"bytes":"…"}` and `{"rawbytes":"…"}`.
    private mutating func special(_ value: JSONTree, isText: Bool) throws(VectorError) -> Cell {
        if let number = value["double"]?.text {
            guard let double = Double(number) else {
                throw .field("'\(number)' is no number of a property")
            }
            return isText ? text(Array(number.utf8), .string) : .double(double)
        }
        if let wire = value["bytes"] {
            return text(try VectorReader.base64(wire, "bytes"), nil)
        }
        if let binary = value["rawbytes"] {
            return text(try VectorReader.base64(binary, "rawbytes"), isText ? nil : .bytes)
        }
        throw .field("a property is neither a scalar nor one of double, bytes and rawbytes")
    }

    /// A text cell; without a kind it is STRING if the bytes are UTF-8, else BYTES.
    private mutating func text(_ text: [UInt8], _ kind: CellKind?) -> Cell {
        let start = bytes.count
        bytes += text
        let kind = kind ?? (UTF8Text.isValid(text.rawSpan) ? .string : .bytes)
        return Cell(kind: kind, count: UInt32(text.count), bits: Int64(start))
    }

    func attribute(_ attribute: RecordAttribute) -> Cell { attributes[attribute] ?? .null }

    /// The values of the properties of that name, in order.
    func values(_ name: String) -> [Cell] {
        properties.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
    }
}

/// A batch of the same message twice.
struct VectorRows: FieldSource, ~Escapable {
    static let rowCount = 2
    private let row: VectorRow
    let input: RawSpan

    @_lifetime(copy input)
    init(_ row: VectorRow, input: RawSpan) {
        self.row = row
        self.input = input
    }

    var count: Int { Self.rowCount }

    mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn], arena: inout [UInt8]
    ) {
        for (index, field) in fields.enumerated() {
            for number in selection.rows { columns[index][Int(number)] = cell(field, &arena) }
        }
    }

    private func cell(_ field: FieldReference, _ arena: inout [UInt8]) -> Cell {
        switch field {
        case .attribute(let attribute): return row.attribute(attribute)
        case .property(let name): return property(name)
        case .header(let name, let index):
            let values = row.values(name)
            let place = index < 0 ? Int64(values.count) &+ index : index
            guard place >= 0, place < values.count else { return .null }
            return values[Int(place)]
        case .headerCount(let name): return .int(Int64(row.values(name).count))
        case .payload(let path):
            guard let payload = row.payload else { return .null }
            var extractor = JSONExtractor([path])
            let document = input.slice(payload.lowerBound, count: payload.count)
            _ = extractor.extract(document, start: payload.lowerBound, arena: &arena)
            return extractor.cell(0)
        case .csv, .column: return .null
        }
    }

    /// `TAGS` and `KEYS` fall back to tag and key (EXPRESSIONS.md §14).
    private func property(_ name: String) -> Cell {
        if let value = row.values(name).last { return value }
        switch name {
        case "TAGS": return row.attribute(.tag)
        case "KEYS": return row.attribute(.key)
        default: return .null
        }
    }
}
