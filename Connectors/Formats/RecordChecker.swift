package import Records

/// Checks records that a ``RecordScanner`` found, and takes those out that their format refuses.
///
/// A step of its own: it needs nothing but the records, so that another thread than the one that
/// reads can do it, whichever has time.
package protocol RecordChecker: Sendable {
    /// Checks all records of a buffer.
    ///
    /// - Parameters:
    ///   - buffer: what a scan found; loses the bad rows, and may gain ``RecordBuffer/findings``.
    ///   - rejected: the records that the scan has rejected, from `firstRejected` on; gains the bad
    ///     ones at their places in the order of numbers.
    ///   - firstRejected: the first of this buffer.
    ///   - start: where the buffer's first byte is.
    mutating func check(
        _ buffer: inout RecordBuffer, _ rejected: inout [RejectedRecord], firstRejected: Int,
        from start: ScanPlace)
}
