/// Unicode simple case folding, without locale: K (U+212A) folds to k, ς to σ, ẞ to ß, and ß to
/// itself (EXPRESSIONS.md §7, ILIKE).
package enum CaseFolding {
    /// The folded form of one code point; O(1) for ASCII, else a binary search, no allocation.
    package static func simple(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 {
            return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar
        }
        return simpleBeyondASCII(scalar)
    }

    private static func simpleBeyondASCII(_ scalar: UInt32) -> UInt32 {
        let table = runs
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low + high) / 2
            if table[middle].last < scalar { low = middle + 1 } else { high = middle }
        }
        guard low < table.count else { return scalar }
        let run = table[low]
        guard scalar >= run.first, (scalar - run.first) % run.step == 0 else { return scalar }
        return UInt32(truncatingIfNeeded: Int64(scalar) + Int64(run.difference))
    }
}
