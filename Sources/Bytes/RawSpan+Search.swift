import CIntrinsics

extension RawSpan {
    /// Position of the first `needle` at or after `start`, or nil; an empty one is found at once.
    ///
    /// By a two-way search, O(bytes + needle) whatever both contain: a needle and a
    /// text chosen by somebody hostile cost no more than others.
    package func firstPosition(of needle: RawSpan, from start: Int = 0) -> Int? {
        guard start >= 0, needle.byteCount <= byteCount &- start else { return nil }
        guard needle.byteCount > 0 else { return start }
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
}
