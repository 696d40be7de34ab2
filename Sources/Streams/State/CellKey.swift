import Bytes
import Expressions

/// Cells as bytes: equal values give equal bytes, and the bytes sort as the values do.
///
/// It is how groups, distinct values and ranked values are keyed in memory and in committed state,
/// so its form is part of the state's format. Equality is the language's (EXPRESSIONS.md §4):
/// `1` and `1.0` are one group and come back as the integer, -0.0 is 0, NaN equals NaN.
///
/// | tag | value |
/// | --- | --- |
/// | 1 | NULL |
/// | 2 | boolean: 0 or 1 |
/// | 3 | number: its double, order-preserving (8), then what rounding lost (2), both big-endian |
/// | 4, 5 | timestamp, duration: big-endian milliseconds with the sign bit flipped |
/// | 6, 7, 8 | string, bytes, JSON: each zero byte followed by 255, ended by two zero bytes |
enum CellKey {
    private enum Tag {
        static let null: UInt8 = 1
        static let bool: UInt8 = 2
        static let number: UInt8 = 3
        static let timestamp: UInt8 = 4
        static let duration: UInt8 = 5
        static let string: UInt8 = 6
        static let bytes: UInt8 = 7
        static let json: UInt8 = 8
    }

    /// Appends a cell that is no error.
    ///
    /// - Complexity: O(text bytes), no allocation but for growth.
    static func append(_ cell: Cell, _ homes: borrowing TextHomes, to key: inout [UInt8]) {
        switch cell.kind {
        case .null, .error: key.append(Tag.null)
        case .bool:
            key.append(Tag.bool)
            key.append(UInt8(truncatingIfNeeded: cell.bits & 1))
        case .int: appendNumber(cell.bits, to: &key)
        case .double: appendNumber(cell.doubleValue, to: &key)
        case .timestamp:
            key.append(Tag.timestamp)
            appendOrdered(cell.bits, to: &key)
        case .duration:
            key.append(Tag.duration)
            appendOrdered(cell.bits, to: &key)
        case .string: appendText(homes.text(cell), tag: Tag.string, to: &key)
        case .bytes: appendText(homes.text(cell), tag: Tag.bytes, to: &key)
        case .json: appendText(homes.text(cell), tag: Tag.json, to: &key)
        }
    }

    /// Reads the cell at `position` and moves behind it; its text is appended to `text`, which
    /// becomes the cell's ``CellHome/input``.
    ///
    /// Nil, if the bytes are not a key.
    static func read(_ key: RawSpan, at position: inout Int, text: inout [UInt8]) -> Cell? {
        guard key.holds(1, at: position) else { return nil }
        let tag = key.byte(at: position)
        position += 1
        switch tag {
        case Tag.null: return .null
        case Tag.bool:
            guard key.holds(1, at: position) else { return nil }
            position += 1
            return .bool(key.byte(at: position - 1) != 0)
        case Tag.number: return readNumber(key, at: &position)
        case Tag.timestamp, Tag.duration:
            guard key.holds(8, at: position) else { return nil }
            position += 8
            return Cell(
                kind: tag == Tag.timestamp ? .timestamp : .duration,
                bits: readOrdered(key, at: position - 8))
        case Tag.string: return readText(key, at: &position, kind: .string, text: &text)
        case Tag.bytes: return readText(key, at: &position, kind: .bytes, text: &text)
        case Tag.json: return readText(key, at: &position, kind: .json, text: &text)
        default: return nil
        }
    }

    // MARK: - Integers

    /// Appends big-endian with the sign bit flipped, so that bytes order as numbers do.
    static func appendOrdered(_ value: Int64, to key: inout [UInt8]) {
        key.append(bigEndian: UInt64(bitPattern: value) ^ (1 << 63))
    }

    /// What ``appendOrdered(_:to:)`` wrote.
    static func readOrdered(_ key: RawSpan, at position: Int) -> Int64 {
        Int64(bitPattern: key.bigEndian(at: position, as: UInt64.self) ^ (1 << 63))
    }

    // MARK: - Numbers

    private static func appendNumber(_ value: Int64, to key: inout [UInt8]) {
        let double = Double(value)
        // Doubles of this size are at most 1,024 apart, so the rest fits 16 bits; Int128 because
        // 2^63, the double of Int64.max, is no Int64.
        let rest = Int16(truncatingIfNeeded: Int128(value) - Int128(double))
        appendNumber(double, rest: rest, to: &key)
    }

    private static func appendNumber(_ value: Double, to key: inout [UInt8]) {
        appendNumber(value.isNaN ? .nan : value == 0 ? 0 : value, rest: 0, to: &key)
    }

    private static func appendNumber(_ value: Double, rest: Int16, to key: inout [UInt8]) {
        key.append(Tag.number)
        let bits = value.bitPattern
        key.append(bigEndian: bits >> 63 == 0 ? bits | (1 << 63) : ~bits)
        key.append(bigEndian: UInt16(bitPattern: rest) ^ (1 << 15))
    }

    private static func readNumber(_ key: RawSpan, at position: inout Int) -> Cell? {
        guard key.holds(10, at: position) else { return nil }
        let bits: UInt64 = key.bigEndian(at: position)
        let value = Double(bitPattern: bits >> 63 == 1 ? bits & ~(1 << 63) : ~bits)
        let rest = Int16(bitPattern: key.bigEndian(at: position + 8, as: UInt16.self) ^ (1 << 15))
        position += 10
        guard value.rounded(.towardZero) == value, abs(value) <= 0x1p63 else {
            return .double(value)
        }
        return Int64(exactly: Int128(value) + Int128(rest)).map { .int($0) } ?? .double(value)
    }

    // MARK: - Text

    private static func appendText(_ text: RawSpan, tag: UInt8, to key: inout [UInt8]) {
        key.append(tag)
        var start = 0
        while let zero = text.firstPosition(of: 0, from: start) {
            key.append(copying: text.slice(start, count: zero + 1 - start))
            key.append(255)
            start = zero + 1
        }
        key.append(copying: text.slice(start, count: text.byteCount - start))
        key.append(0)
        key.append(0)
    }

    private static func readText(
        _ key: RawSpan, at position: inout Int, kind: CellKind, text: inout [UInt8]
    ) -> Cell? {
        let start = text.count
        while let zero = key.firstPosition(of: 0, from: position) {
            guard key.holds(1, at: zero + 1) else { return nil }
            text.append(copying: key.slice(position, count: zero - position))
            position = zero + 2
            if key.byte(at: zero + 1) == 0 {
                return Cell(
                    kind: kind, count: UInt32(text.count - start), bits: Int64(start))
            }
            text.append(0)
        }
        return nil
    }
}
