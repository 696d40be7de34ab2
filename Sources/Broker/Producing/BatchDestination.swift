/// Where a client's batch is to go, and when it wants an answer.
package struct BatchDestination: Sendable {
    /// What an answer waits for: Kafka's `acks`.
    package enum Acknowledgement: Sendable, Equatable {
        /// `acks=0`: nobody waits; the answer is called all the same.
        case none
        /// `acks=1`: that it is written; a power failure may take it.
        case written
        /// `acks=all`: that it is durable, as the topic, or else the log, understands it.
        case durable
    }

    package let topic: String
    package let partition: Int32
    package let acknowledgement: Acknowledgement

    package init(topic: String, partition: Int32, acknowledgement: Acknowledgement) {
        self.topic = topic
        self.partition = partition
        self.acknowledgement = acknowledgement
    }
}
