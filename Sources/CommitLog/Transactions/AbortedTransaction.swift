package import Records

/// Records of a producer that do not count, as `read_committed` consumers are told (KIP-98).
package struct AbortedTransaction: Sendable, Equatable {
    package let producerID: Int64
    /// Offset of its first record.
    package let first: RecordOffset
    /// Offset of the marker that ended it.
    package let last: RecordOffset

    /// Whether a batch holds records of it.
    func covers(_ header: BatchHeader) -> Bool {
        header.attributes.isTransactional && !header.attributes.isControl
            && producerID == header.producerID && first <= header.baseOffset
            && header.baseOffset < last
    }
}
