import CIntrinsics

extension RawSpan {
    /// Position of the first `needle` at or after `start`, or nil; an empty one is found at once.
    ///
    /// By a two-way search, O(bytes + needle) whatever both contain: a needle and a
    /// text chosen by somebody hostile cost no more than others.
    package func firstPosition(of needle: RawSpan, from start: Int = 0) -> Int? {
        guard start >= 0, needle.byteCount <= byteCount &- start else { return nil }
        guard needle.byteCount > 0 else { return start }
        guard byteCount - start > Self.shortTextMax else {
            return firstPositionInShort(of: needle, from: start)
        }
        // SAFETY: the searched range is `start ..< byteCount`, within the buffer, and both buffers
        // are used only within the calls.
        return unsafe withUnsafeBytes { buffer -> Int? in
            unsafe needle.withUnsafeBytes { wanted -> Int? in
                guard let base = buffer.baseAddress, let first = wanted.baseAddress,
                    let found = unsafe intrinsics_search(
                        base + start, byteCount - start, first, wanted.count)
                else { return nil }
                return unsafe found - base
            }
        }
    }

    /// Below this the tables of the two-way search cost more than they save.
    private static var shortTextMax: Int { 256 }

    /// Compares at each place of the needle's first byte: at most ``shortTextMax`` places.
    private func firstPositionInShort(of needle: RawSpan, from start: Int) -> Int? {
        let first = needle.byte(at: 0)
        let last = byteCount - needle.byteCount
        var position = start
        while position <= last, let found = firstPosition(of: first, from: position) {
            guard found <= last else { return nil }
            if slice(found, count: needle.byteCount).isEqual(to: needle) { return found }
            position = found + 1
        }
        return nil
    }
}
