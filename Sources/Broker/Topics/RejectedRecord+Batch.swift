package import Connectors
package import Records

extension RejectedRecord {
    /// A whole batch, stored as its producer gave it, whose records cannot be read.
    ///
    /// - Parameters:
    ///   - header: of the batch.
    ///   - error: what is wrong with its records.
    ///   - partition: where it is.
    ///   - bytes: the batch.
    package init(
        unreadable header: BatchHeader, _ error: BatchError, partition: Int32,
        _ bytes: ArraySlice<UInt8>
    ) {
        self.init(
            number: header.baseOffset.rawValue, position: 0,
            reason: "partition \(partition), offsets \(header.baseOffset.rawValue) to "
                + "\(header.nextOffset.rawValue - 1): \(error)",
            text: Array(bytes.prefix(Self.textByteCountMax)))
    }
}
