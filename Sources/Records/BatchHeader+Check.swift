import Bytes

extension BatchHeader {
    /// Checks the records of a batch as it comes from a client, which must not be compressed: coded
    /// as the format says, their offsets without gaps.
    ///
    /// `batch` is the whole batch.
    ///
    /// - Returns: what they have in common.
    /// - Complexity: O(records + headers), no allocation.
    package func checkRecords(of batch: RawSpan) throws(BatchError) -> RecordSummary {
        precondition(attributes.codec == .some(.none), "compressed records are read by BatchReader")
        guard batch.byteCount >= byteCount else {
            throw .truncated(found: batch.byteCount, needed: byteCount)
        }
        return try RecordParser.check(batch, header: self)
    }
}
