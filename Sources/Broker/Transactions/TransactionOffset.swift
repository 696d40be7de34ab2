/// Where a group goes on in a partition once a transaction is committed.
package struct TransactionOffset: Sendable {
    /// Topic or subscription.
    package let stream: String
    package let partition: Int32
    package let position: GroupPosition

    package init(stream: String, partition: Int32, position: GroupPosition) {
        self.stream = stream
        self.partition = partition
        self.position = position
    }
}
