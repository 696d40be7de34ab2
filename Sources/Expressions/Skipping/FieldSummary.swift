import Bytes

/// What a block's records hold in one field: enough to say that a condition cannot be TRUE for any
/// of them.
///
/// Only a hint: without it everything is looked at.
package struct FieldSummary: Sendable {
    /// Kinds of cells that occur, NULL left out.
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8
        /// INT and TIMESTAMP; their values are in ``integers``.
        static let int = Kinds(rawValue: 1)
        static let timestamp = Kinds(rawValue: 2)
        /// DOUBLE but for NaN.
        static let double = Kinds(rawValue: 4)
        static let string = Kinds(rawValue: 8)
        static let bytes = Kinds(rawValue: 16)
        /// BOOL, DURATION, JSON, NaN: known only through ``values``.
        static let other = Kinds(rawValue: 32)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ cell: Cell) {
            self =
                switch cell.kind {
                case .int: .int
                case .timestamp: .timestamp
                case .double: cell.doubleValue.isNaN ? .other : .double
                case .string: .string
                case .bytes: .bytes
                case .null: []
                case .bool, .duration, .json, .error: .other
                }
        }
    }

    /// Lowest and highest text, cut to ``textByteCountMax`` bytes.
    struct TextRange: Sendable, Equatable {
        var low: [UInt8]
        var high: [UInt8]
        /// Whether the highest text goes on behind `high`.
        var isHighCut: Bool
    }

    /// Bytes of a range's texts.
    static let textByteCountMax = 32
    /// Distinct values that are kept one by one, and bytes of their texts.
    static let valueCountMax = 16
    static let valueByteCountMax = 512

    var rowCount: Int
    var nullCount: Int
    var kinds: Kinds = []
    var integers: ClosedRange<Int64>?
    var doubles: ClosedRange<Double>?
    var texts: TextRange?
    /// All distinct values but NULL, if they are few; their texts are in ``text``.
    var values: [Cell]?
    var text: [UInt8] = []
    /// The hashes of all values of the kinds that have one, if they are not few.
    var bloom: BloomFilter?

    init(rowCount: Int, nullCount: Int) {
        self.rowCount = rowCount
        self.nullCount = nullCount
    }

    /// The highest INT or TIMESTAMP; nil if there is none.
    package var integerMax: Int64? { integers?.upperBound }

    /// Whether a record may hold this text.
    package func mayHold(text wanted: RawSpan) -> Bool {
        if let values {
            let text = text.rawSpan
            return values.contains { cell in
                cell.isText
                    && text.slice(Int(cell.bits), count: Int(cell.count)).isEqual(to: wanted)
            }
        }
        guard !kinds.isDisjoint(with: [.string, .bytes]) else { return false }
        return bloom?.mayContain(Self.hash(text: wanted)) ?? true
    }

    // MARK: Hashes

    static func hash(text: RawSpan) -> UInt64 { StableHash.hash(text) }

    /// The hash of a number: equal numbers have equal hashes, whatever their types.
    static func hash(number cell: Cell) -> UInt64 {
        guard cell.kind == .double else {
            return StableHash.hash(UInt64(bitPattern: cell.bits))
        }
        if let whole = Int64(exactly: cell.doubleValue) {
            return StableHash.hash(UInt64(bitPattern: whole))
        }
        return StableHash.hash(cell.doubleValue.bitPattern, seed: 1)
    }
}
