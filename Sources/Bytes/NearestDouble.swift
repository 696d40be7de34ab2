#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Correctly rounded conversion of decimal (and C99 hexadecimal) text: the one call of `strtod`.
///
/// `strtod` reads the decimal point of the process's locale; Sluice never calls `setlocale`, so
/// that is the C locale's point.
package enum NearestDouble {
    /// The double nearest to a number that the caller has already recognised: too large is
    /// ±infinity, too small ±0.
    ///
    /// - Precondition: the text is one that `strtod` reads to its end, without NUL.
    /// - Complexity: O(byte count); allocates only above 1 KiB.
    package static func parse(_ text: RawSpan) -> Double {
        let count = text.byteCount
        // SAFETY: the temporary buffer has room for the text and the NUL written behind it, and
        // `strtod` reads no further than that NUL.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            for index in 0..<count {
                unsafe buffer[index] = CChar(truncatingIfNeeded: text.byte(at: index))
            }
            unsafe buffer[count] = 0
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe strtod(base, nil)
        }
    }
}
