import Broker
import CommitLog
import KafkaWire
import NIOCore
import Records

/// One partition of a fetch: what was asked and what was found so far.
struct FetchItem: Sendable {
    let topic: ReadableTopic
    let partition: Int32
    let id: PartitionID
    /// The offset that the client asked for.
    let offset: Int64
    let byteCountMax: Int
    /// Where reading goes on.
    var next: RecordOffset
    var pieces: [ByteBuffer] = []
    var byteCount = 0
    /// Of the last read.
    var read: StreamRead?
    var aborted: [AbortedTransaction] = []
    var error: KafkaErrorCode?
    /// The next batch does not fit into this answer.
    var isFull = false

    /// Takes what a read has found.
    mutating func take(_ read: StreamRead, _ piece: ByteBuffer?) {
        self.read = read
        next = read.next
        for transaction in read.aborted where !aborted.contains(transaction) {
            aborted.append(transaction)
        }
        guard let piece else { return }
        pieces.append(piece)
        byteCount += piece.readableBytes
    }
}
