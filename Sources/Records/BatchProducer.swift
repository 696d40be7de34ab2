/// The producer of a batch, for idempotence and transactions (KIP-98).
package struct BatchProducer: Sendable, Equatable {
    package let id: Int64
    package let epoch: Int16
    /// Number of the batch's first record among those of the producer to the partition; -1 for
    /// control batches.
    package let baseSequence: Int32

    package init(id: Int64, epoch: Int16, baseSequence: Int32) {
        self.id = id
        self.epoch = epoch
        self.baseSequence = baseSequence
    }

    /// A producer without identity.
    static let none = BatchProducer(id: -1, epoch: -1, baseSequence: -1)
}
