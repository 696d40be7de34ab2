import KafkaWire
import Records

/// Tells which batches of a fetch belong to transactions that were aborted.
///
/// The answer lists where each of them begins; it ends at its producer's next marker (KIP-98).
struct AbortedProducers {
    typealias Transaction = FetchResponse.Topic.Partition.AbortedTransaction

    /// Those that have not begun yet, by descending offsets.
    private var later: [Transaction]
    private var open: Set<Int64> = []

    init(_ transactions: [Transaction]) {
        later = transactions.sorted { $0.firstOffset > $1.firstOffset }
    }

    /// Whether the records of a batch are to be left out; asked for every batch, in their order.
    mutating func isAborted(_ header: BatchHeader) -> Bool {
        while let transaction = later.last,
            transaction.firstOffset < header.nextOffset.rawValue
        {
            open.insert(transaction.producerID)
            later.removeLast()
        }
        guard header.attributes.isTransactional else { return false }
        if header.attributes.isControl {
            open.remove(header.producerID)
            return true
        }
        return open.contains(header.producerID)
    }
}
