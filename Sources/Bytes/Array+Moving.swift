extension Array where Element == UInt8 {
    /// Moves bytes to a lower place in the array, over what lies there; O(byte count).
    ///
    /// - Precondition: the range lies within the array, and `start` is not above it.
    package mutating func move(_ range: Range<Int>, to start: Int) {
        precondition(
            start >= 0 && start <= range.lowerBound && range.upperBound <= count,
            "bytes \(range) of \(count) cannot move to \(start)")
        guard start < range.lowerBound else { return }
        // SAFETY: source and target lie within the buffer; copyMemory lets them overlap.
        unsafe withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe (base + start).copyMemory(from: base + range.lowerBound, byteCount: range.count)
        }
    }
}
