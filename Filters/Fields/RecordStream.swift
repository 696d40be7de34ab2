/// What all records of a batch have in common: the attributes that are not in the records.
package struct RecordStream: Sendable, Hashable {
    /// The topic's name, or what a pipe calls its input.
    package var topic: String
    package var partition: Int32

    package init(topic: String, partition: Int32 = 0) {
        self.topic = topic
        self.partition = partition
    }
}
