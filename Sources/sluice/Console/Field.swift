import Bytes
import Expressions

/// One value of a result: said one way to people and another way to programs.
enum Field {
    case text(String)
    case count(Int64)
    /// A number of bytes: `71.3 MiB` for people.
    case bytes(Int64)
    /// Milliseconds since 1970-01-01 UTC: ISO 8601 for people, the number for programs.
    case time(Int64)
    /// Seconds.
    case seconds(Double)
    case number(Double)
    case flag(Bool)
    case list([String])
    /// Lines of fields under names: only for programs; people get a number of them.
    case objects([[(name: String, field: Field)]])
    /// JSON text as it is.
    case json(String)
    case none

    /// Numbers stand at the right of a column.
    var isNumeric: Bool {
        switch self {
        case .count, .bytes, .seconds, .number: true
        case .text, .time, .flag, .list, .objects, .json, .none: false
        }
    }

    /// For people.
    var text: String {
        switch self {
        case .text(let text), .json(let text): text
        case .count(let count): Quantity.count(count)
        case .bytes(let count): Quantity.bytes(count)
        case .time(let time): Quantity.time(time)
        case .seconds(let seconds): Quantity.seconds(seconds)
        case .number(let number): Quantity.number(number)
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let items): items.isEmpty ? "–" : items.joined(separator: ", ")
        case .objects(let objects): Quantity.count(Int64(objects.count))
        case .none: "–"
        }
    }

    /// For programs: appends the value as JSON.
    func appendJSON(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): JSONWriter.appendString(Array(text.utf8).rawSpan, to: &bytes)
        case .count(let number), .bytes(let number), .time(let number):
            bytes.append(contentsOf: "\(number)".utf8)
        case .seconds(let number), .number(let number): JSONWriter.append(number, to: &bytes)
        case .flag(let flag): bytes.append(contentsOf: "\(flag)".utf8)
        case .list(let items):
            Self.appendList(items, to: &bytes) { Field.text($0).appendJSON(to: &$1) }
        case .objects(let objects):
            Self.appendList(objects, to: &bytes) { Self.appendObject($0, to: &$1) }
        case .json(let text): bytes.append(contentsOf: text.utf8)
        case .none: bytes.append(contentsOf: "null".utf8)
        }
    }

    /// Appends fields under their names as one JSON object.
    static func appendObject(_ fields: [(name: String, field: Field)], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, (name, field)) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Field.text(name).appendJSON(to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            field.appendJSON(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendList<Item>(
        _ items: [Item], to bytes: inout [UInt8], _ append: (Item, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(item, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
