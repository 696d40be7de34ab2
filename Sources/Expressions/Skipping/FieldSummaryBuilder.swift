import Bytes

/// Makes the ``FieldSummary`` of one field and block after the other.
///
/// Keeps its memory; O(rows) a block.
package struct FieldSummaryBuilder: Sendable {
    private var summary = FieldSummary(rowCount: 0, nullCount: 0)
    private var values: [Cell] = []
    private var valueHashes: [UInt64] = []
    private var areValuesFew = true
    /// Open addressing; 0 is an empty slot.
    private var slots: [UInt64] = []
    private var hashes: [UInt64] = []
    private var highest: [UInt8] = []
    private var lowest: [UInt8] = []
    private var hasText = false

    private let valueCountMax: Int

    package init() { self.init(valueCountMax: FieldSummary.valueCountMax) }

    /// A builder that keeps fewer values one by one.
    init(valueCountMax: Int) { self.valueCountMax = valueCountMax }

    /// Summarises rows 0 ..< `rowCount` of a column.
    package mutating func summarize(
        _ column: CellColumn, rowCount: Int, _ homes: TextHomes
    ) -> FieldSummary {
        begin(rowCount: rowCount)
        for row in 0..<rowCount { add(column[row], homes) }
        return finish()
    }

    private mutating func begin(rowCount: Int) {
        summary = FieldSummary(rowCount: rowCount, nullCount: 0)
        values.removeAll(keepingCapacity: true)
        valueHashes.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        areValuesFew = true
        hasText = false
        var slotCount = 64
        while slotCount < rowCount * 2 { slotCount *= 2 }
        slots.removeAll(keepingCapacity: true)
        slots.append(contentsOf: repeatElement(0, count: slotCount))
    }

    private mutating func add(_ cell: Cell, _ homes: TextHomes) {
        guard cell.kind != .null else {
            summary.nullCount += 1
            return
        }
        let kind = FieldSummary.Kinds(cell)
        summary.kinds.insert(kind)
        switch kind {
        case .int, .timestamp:
            let range = summary.integers ?? cell.bits...cell.bits
            summary.integers = min(range.lowerBound, cell.bits)...max(range.upperBound, cell.bits)
            note(FieldSummary.hash(number: cell), cell, homes)
        case .double:
            let value = cell.doubleValue
            let range = summary.doubles ?? value...value
            summary.doubles = min(range.lowerBound, value)...max(range.upperBound, value)
            note(FieldSummary.hash(number: cell), cell, homes)
        case .string, .bytes:
            let text = homes.text(cell)
            note(FieldSummary.hash(text: text), cell, homes)
            widen(text)
        default:
            // Text of other kinds (JSON) is not kept: it would not be few.
            if cell.isText || cell.kind == .error {
                areValuesFew = false
            } else {
                keep(cell, hash: StableHash.hash(UInt64(bitPattern: cell.bits), seed: 2), homes)
            }
        }
    }

    private mutating func note(_ hash: UInt64, _ cell: Cell, _ homes: TextHomes) {
        if areValuesFew { keep(cell, hash: hash, homes) }
        let wanted = hash == 0 ? 1 : hash
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: wanted) & mask
        while slots[slot] != 0 {
            if slots[slot] == wanted { return }
            slot = (slot + 1) & mask
        }
        slots[slot] = wanted
        hashes.append(hash)
    }

    /// Keeps a value unless it is known; they are few until one too many comes.
    private mutating func keep(_ cell: Cell, hash: UInt64, _ homes: TextHomes) {
        guard areValuesFew else { return }
        for index in values.indices where valueHashes[index] == hash {
            if isSame(values[index], cell, homes) { return }
        }
        let byteCount = cell.isText ? Int(cell.count) : 0
        guard values.count < valueCountMax,
            summary.text.count + byteCount <= FieldSummary.valueByteCountMax
        else {
            areValuesFew = false
            return
        }
        var kept = cell
        if cell.isText {
            kept = Cell(
                kind: cell.kind, home: .input, count: cell.count, bits: Int64(summary.text.count))
            summary.text.append(copying: homes.text(cell))
        }
        values.append(kept)
        valueHashes.append(hash)
    }

    private func isSame(_ known: Cell, _ cell: Cell, _ homes: TextHomes) -> Bool {
        guard known.kind == cell.kind, known.count == cell.count else { return false }
        guard cell.isText else { return known.bits == cell.bits }
        let text = summary.text.rawSpan
        return text.slice(Int(known.bits), count: Int(known.count)).isEqual(to: homes.text(cell))
    }

    private mutating func widen(_ text: RawSpan) {
        let isLower = !hasText || text.compare(to: lowest.rawSpan) < 0
        let isHigher = !hasText || text.compare(to: highest.rawSpan) > 0
        hasText = true
        if isLower {
            lowest.removeAll(keepingCapacity: true)
            lowest.append(copying: text)
        }
        if isHigher {
            highest.removeAll(keepingCapacity: true)
            highest.append(copying: text)
        }
    }

    private mutating func finish() -> FieldSummary {
        var result = summary
        if hasText {
            let limit = FieldSummary.textByteCountMax
            result.texts = FieldSummary.TextRange(
                low: Array(lowest.prefix(limit)), high: Array(highest.prefix(limit)),
                isHighCut: highest.count > limit)
        }
        if areValuesFew {
            result.values = values
        } else {
            result.text = []
            if !hashes.isEmpty { result.bloom = BloomFilter(hashes) }
        }
        return result
    }
}
