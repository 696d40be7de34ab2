import Bytes

/// The constants of an IN list, looked up instead of compared one by one.
///
/// Holds only lists whose elements are all text or all numbers without NaN, so that one look-up by
/// the value's own type decides; every other value goes through ``elements``.
struct ConstantSet: Sendable {
    /// The elements as constants, for values that a look-up cannot decide.
    let elements: [Cell]
    let isText: Bool
    /// Whether the list contains NULL: what is not found is then UNKNOWN.
    let hasNull: Bool
    /// Sorted, distinct: the integers, and doubles that are whole and fit int64.
    let integers: [Int64]
    /// Sorted, distinct: the other doubles.
    let doubles: [Double]
    /// Open addressing over ``elements``: index + 1, or 0.
    ///
    /// A power of two.
    let slots: [Int32]

    init(elements: [Cell], hasNull: Bool, text: RawSpan) {
        self.elements = elements
        self.hasNull = hasNull
        isText = elements.allSatisfy { $0.kind == .string }
        var integers: Set<Int64> = []
        var doubles: Set<Double> = []
        for cell in elements where !isText {
            if cell.kind == .int {
                integers.insert(cell.bits)
            } else if let whole = Int64(exactly: cell.doubleValue) {
                integers.insert(whole)
            } else {
                doubles.insert(cell.doubleValue)
            }
        }
        self.integers = integers.sorted()
        self.doubles = doubles.sorted()
        slots = isText ? ConstantSet.slots(elements, text) : []
    }

    private static func slots(_ elements: [Cell], _ text: RawSpan) -> [Int32] {
        var size = 4
        while size < elements.count * 2 { size *= 2 }
        var slots = [Int32](repeating: 0, count: size)
        for (index, cell) in elements.enumerated() {
            let bytes = text.slice(Int(cell.bits), count: Int(cell.count))
            var slot = Int(truncatingIfNeeded: StableHash.hash(bytes)) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index + 1)
        }
        return slots
    }

    /// Whether the text is an element; O(its length).
    func contains(_ bytes: RawSpan, text: RawSpan) -> Bool {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: StableHash.hash(bytes)) & mask
        while slots[slot] != 0 {
            let cell = elements[Int(slots[slot]) - 1]
            if text.slice(Int(cell.bits), count: Int(cell.count)).isEqual(to: bytes) {
                return true
            }
            slot = (slot + 1) & mask
        }
        return false
    }

    /// Whether the number is an element; O(log count).
    func contains(_ value: Int64) -> Bool { Self.contains(value, integers) }

    /// Whether the number, no NaN, is an element; O(log count).
    func contains(_ value: Double) -> Bool {
        if let whole = Int64(exactly: value) { return Self.contains(whole, integers) }
        return Self.contains(value, doubles)
    }

    private static func contains<Value: Comparable>(_ value: Value, _ sorted: [Value]) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == value
    }
}
