import Bytes

@testable import Expressions

/// A value of a test record.
enum TestValue: Sendable {
    case null
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case timestamp(Int64)
    case duration(Int64)
    case string(String)
    case bytes([UInt8])
    /// The text of a JSON object or array.
    case json(String)
}

/// A record: attributes, properties in order, payload.
struct TestRecord: Sendable {
    var tag: String?
    var key: String?
    var topic: String?
    var partition: Int64?
    var offset: Int64?
    var timestamp: Int64?
    var properties: [(name: String, value: TestValue)] = []
    var payload: [UInt8]?
    var columns: [TestValue] = []

    /// The attribute as a value.
    func attribute(_ attribute: RecordAttribute) -> TestValue {
        switch attribute {
        case .tag: tag.map { .string($0) } ?? .null
        case .key: key.map { .string($0) } ?? .null
        case .topic: topic.map { .string($0) } ?? .null
        case .partition: partition.map { .int($0) } ?? .null
        case .offset: offset.map { .int($0) } ?? .null
        case .timestamp: timestamp.map { .timestamp($0) } ?? .null
        case .payload: payload.map { TestRecord.wire($0) } ?? .null
        }
    }

    /// Bytes from the wire: text if they are UTF-8 (EXPRESSIONS.md §3).
    static func wire(_ bytes: [UInt8]) -> TestValue {
        UTF8Text.isValid(bytes.rawSpan)
            ? .string(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes)
    }

    /// The values of the properties of that name, in order.
    func values(_ name: String) -> [TestValue] {
        properties.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }
}

/// The texts of records in one memory, as a block of the log has them.
struct TestBlock: Sendable {
    var records: [TestRecord]
    private(set) var bytes: [UInt8] = []
    private var places: [[UInt8]: Int] = [:]

    init(_ records: [TestRecord]) {
        self.records = records
        for record in records {
            for attribute in RecordAttribute.allCases { place(record.attribute(attribute)) }
            for property in record.properties { place(property.value) }
            for column in record.columns { place(column) }
            if let payload = record.payload { place(.bytes(payload)) }
        }
    }

    private static func text(_ value: TestValue) -> [UInt8]? {
        switch value {
        case .string(let text), .json(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    private mutating func place(_ value: TestValue) {
        guard let text = TestBlock.text(value), places[text] == nil else { return }
        places[text] = bytes.count
        bytes += text
    }

    func cell(_ value: TestValue) -> Cell {
        let kind: CellKind
        switch value {
        case .null: return .null
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .bool(let value): return .bool(value)
        case .timestamp(let value): return .timestamp(value)
        case .duration(let value): return Cell(kind: .duration, bits: value)
        case .string: kind = .string
        case .bytes: kind = .bytes
        case .json: kind = .json
        }
        let text = TestBlock.text(value) ?? []
        return Cell(
            kind: kind, home: .input, count: UInt32(text.count), bits: Int64(places[text] ?? 0))
    }

    func start(_ payload: [UInt8]) -> Int { places[payload] ?? 0 }
}

/// Reads a ``TestBlock`` as the broker's sources read theirs; counts what it is asked for.
struct TestRows: FieldSource, ~Escapable {
    let block: TestBlock
    let input: RawSpan
    /// The fields of each call and the rows it was for.
    var loads: [(fields: [FieldReference], rows: [Int32])] = []

    @_lifetime(copy input)
    init(_ block: TestBlock, input: RawSpan) {
        self.block = block
        self.input = input
    }

    var count: Int { block.records.count }

    mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn],
        arena: inout [UInt8]
    ) {
        loads.append((fields, selection.rows))
        for (index, field) in fields.enumerated() {
            for row in selection.rows {
                let record = block.records[Int(row)]
                columns[index][Int(row)] = cell(field, record, &arena)
            }
        }
    }

    private func cell(
        _ field: FieldReference, _ record: TestRecord, _ arena: inout [UInt8]
    ) -> Cell {
        switch field {
        case .attribute(let attribute): return block.cell(record.attribute(attribute))
        case .property(let name): return block.cell(record.values(name).last ?? .null)
        case .header(let name, let index):
            let values = record.values(name)
            let place = index < 0 ? Int64(values.count) + index : index
            guard place >= 0, place < values.count else { return .null }
            return block.cell(values[Int(place)])
        case .headerCount(let name): return .int(Int64(record.values(name).count))
        case .payload(let path):
            guard let payload = record.payload else { return .null }
            let start = block.start(payload)
            var extractor = JSONExtractor([path])
            let document = input.slice(start, count: payload.count)
            _ = extractor.extract(document, start: start, home: .input, arena: &arena)
            return extractor.cell(0)
        case .csv(let index), .column(let index):
            return index < record.columns.count ? block.cell(record.columns[index]) : .null
        }
    }
}
