import Bytes

/// A position of a group that waits for the commit of an open transaction.
struct PendingPosition: Sendable, Equatable {
    let transactionalID: String
    let group: String
    /// Topic or subscription.
    let stream: String
    /// As it stands in keys.
    let partition: String

    /// Nil if the bytes are no key of the table of pending positions.
    init?(key: [UInt8]) {
        var cursor = ByteCursor(key.rawSpan)
        guard let transactionalID = cursor.text(), let group = cursor.text(),
            let stream = cursor.text(), let partition = cursor.text(), cursor.isAtEnd
        else { return nil }
        self.transactionalID = transactionalID
        self.group = group
        self.stream = stream
        self.partition = partition
    }

    /// Where it is kept until then.
    var key: [UInt8] { StateKey.make(transactionalID, group, stream, partition) }

    /// Where it is kept afterwards.
    var committedKey: [UInt8] { StateKey.make(stream, group, partition) }
}
