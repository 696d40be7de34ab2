import Bytes

/// The hashes under which a value is looked up, or a constant is found.
///
/// By EXPRESSIONS.md §4 the text `5` equals the number 5, `5.0` as well, and `TRUE` the truth value:
/// text has a hash for each type that it can be read in. Whatever values are equal have one in
/// common.
package struct GateHashes: Sendable {
    /// 0 where there is none.
    package private(set) var text: UInt64 = 0
    package private(set) var number: UInt64 = 0
    package private(set) var truth: UInt64 = 0

    /// The hashes of a field's value: none of NULL and of what equals nothing.
    package init(_ cell: Cell, _ homes: TextHomes) {
        switch cell.kind {
        case .int, .timestamp, .double: number = Self.hash(number: cell)
        case .bool: truth = Self.hash(cell.bits != 0)
        case .bytes: text = Self.hash(homes.text(cell))
        case .string:
            let bytes = homes.text(cell)
            text = Self.hash(bytes)
            let value = NumberText.parse(bytes)
            if value.kind != .null { number = Self.hash(number: value) }
            if let value = NumberText.bool(bytes) { truth = Self.hash(value) }
        case .null, .duration, .json, .error: break
        }
    }

    /// The hash of text, such as a tag; never 0.
    package static func hash(_ text: RawSpan) -> UInt64 { max(1, StableHash.hash(text)) }

    private static func hash(_ truth: Bool) -> UInt64 {
        max(1, StableHash.hash(truth ? 1 : 0, seed: 2))
    }

    /// Equal numbers have equal hashes, whatever their types.
    private static func hash(number cell: Cell) -> UInt64 {
        guard cell.kind != .double else {
            let value = cell.doubleValue.isNaN ? .nan : cell.doubleValue
            return max(1, FieldSummary.hash(number: .double(value)))
        }
        return max(1, FieldSummary.hash(number: cell))
    }

    /// The hashes that there are.
    var all: [UInt64] { [text, number, truth].filter { $0 != 0 } }
}
