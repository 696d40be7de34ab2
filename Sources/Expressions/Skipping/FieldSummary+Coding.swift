package import Bytes

/// The byte form of a summary.
///
/// ```
/// parts u8: 1 integers, 2 doubles, 4 texts, 8 values, 16 Bloom filter
/// rows, NULLs: varints | kinds u8
/// integers: low, high i64 | doubles: low, high f64 | texts: low, high, whether high is cut u8
/// values: count; each kind u8, then bits i64 or its text
/// Bloom filter: number of words, words u64
/// ```
/// Integers are little-endian; counts and lengths are unsigned varints.
extension FieldSummary {
    private enum Part {
        static let integers: UInt8 = 1
        static let doubles: UInt8 = 2
        static let texts: UInt8 = 4
        static let values: UInt8 = 8
        static let bloom: UInt8 = 16
    }

    package func encode(into bytes: inout [UInt8]) {
        var parts: UInt8 = 0
        if integers != nil { parts |= Part.integers }
        if doubles != nil { parts |= Part.doubles }
        if texts != nil { parts |= Part.texts }
        if values != nil { parts |= Part.values }
        if bloom != nil { parts |= Part.bloom }
        bytes.append(parts)
        bytes.append(count: rowCount)
        bytes.append(count: nullCount)
        bytes.append(kinds.rawValue)
        if let integers {
            bytes.append(littleEndian: integers.lowerBound)
            bytes.append(littleEndian: integers.upperBound)
        }
        if let doubles {
            bytes.append(littleEndian: doubles.lowerBound.bitPattern)
            bytes.append(littleEndian: doubles.upperBound.bitPattern)
        }
        if let texts {
            bytes.append(blob: texts.low)
            bytes.append(blob: texts.high)
            bytes.append(texts.isHighCut ? 1 : 0)
        }
        if let values {
            bytes.append(count: values.count)
            for cell in values {
                bytes.append(cell.kind.rawValue)
                if cell.isText {
                    let start = Int(cell.bits)
                    bytes.append(blob: Array(text[start..<start + Int(cell.count)]))
                } else {
                    bytes.append(littleEndian: cell.bits)
                }
            }
        }
        if let bloom {
            bytes.append(count: bloom.words.count)
            for word in bloom.words { bytes.append(littleEndian: word) }
        }
    }

    /// Reads a summary; nil if the bytes are none.
    ///
    /// They are not believed to be whole: whoever stores them has a checksum.
    package init?(_ cursor: inout ByteCursor) {
        guard let parts = cursor.integer(UInt8.self), let rowCount = cursor.count(),
            let nullCount = cursor.count(), nullCount <= rowCount,
            let kinds = cursor.integer(UInt8.self)
        else { return nil }
        self.init(rowCount: rowCount, nullCount: nullCount)
        self.kinds = Kinds(rawValue: kinds)
        if parts & Part.integers != 0 {
            guard let low = cursor.integer(Int64.self), let high = cursor.integer(Int64.self),
                low <= high
            else { return nil }
            integers = low...high
        }
        if parts & Part.doubles != 0 {
            guard let low = cursor.integer(UInt64.self).map(Double.init(bitPattern:)),
                let high = cursor.integer(UInt64.self).map(Double.init(bitPattern:)), low <= high
            else { return nil }
            doubles = low...high
        }
        if parts & Part.texts != 0 {
            guard let low = cursor.blob(), let high = cursor.blob(),
                let isCut = cursor.integer(UInt8.self)
            else { return nil }
            texts = TextRange(low: low, high: high, isHighCut: isCut != 0)
        }
        if parts & Part.values != 0 { guard decodeValues(&cursor) else { return nil } }
        if parts & Part.bloom != 0 { guard decodeBloom(&cursor) else { return nil } }
    }

    private mutating func decodeValues(_ cursor: inout ByteCursor) -> Bool {
        guard let count = cursor.count(limit: Self.valueCountMax) else { return false }
        var cells: [Cell] = []
        for _ in 0..<count {
            guard let raw = cursor.integer(UInt8.self), let kind = CellKind(rawValue: raw),
                kind != .null, kind != .error
            else { return false }
            if Cell(kind: kind).isText {
                guard let blob = cursor.blob() else { return false }
                cells.append(
                    Cell(kind: kind, count: UInt32(blob.count), bits: Int64(text.count)))
                text += blob
            } else {
                guard let bits = cursor.integer(Int64.self) else { return false }
                cells.append(Cell(kind: kind, bits: bits))
            }
        }
        values = cells
        return true
    }

    private mutating func decodeBloom(_ cursor: inout ByteCursor) -> Bool {
        guard let count = cursor.count(limit: 1 << (BloomFilter.bitCountLogMax - 6)),
            cursor.bytes.holds(count * 8, at: cursor.position)
        else { return false }
        var words: [UInt64] = []
        words.reserveCapacity(count)
        for _ in 0..<count { words.append(cursor.integer() ?? 0) }
        guard let filter = BloomFilter(words: words) else { return false }
        bloom = filter
        return true
    }
}
