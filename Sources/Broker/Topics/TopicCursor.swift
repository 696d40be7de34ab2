package import Connectors
package import Records

/// Where the reading of a topic goes on, in each of its partitions.
package struct TopicCursor: Sendable {
    /// As it was when reading began.
    package let topic: TopicDescription
    package let end: TopicSource.End
    /// One for each partition.
    package let splits: [SplitName]
    /// The next offset of each partition, by its index.
    package var next: [RecordOffset]

    /// Before the first record of each partition.
    package init(_ topic: TopicDescription, end: TopicSource.End) {
        self.topic = topic
        self.end = end
        splits = topic.partitions.map { TopicPosition.split($0.index) }
        next = topic.partitions.map(\.start)
    }

    /// The partition that a split stands for.
    package func partition(
        of split: SplitName
    ) throws(BrokerError) -> TopicDescription.Partition {
        guard let index = Int32(split.text), topic.partitions.indices.contains(Int(index)) else {
            throw .unknownPartition(
                topic: topic.name, partition: Int32(split.text) ?? -1,
                count: Int32(topic.partitions.count))
        }
        return topic.partitions[Int(index)]
    }

    /// Records, or gaps, up to the end that the topic had, and those before the next offsets; nil for
    /// a reading without an end.
    var progress: SourceProgress? {
        guard case .current = end else { return nil }
        let total = topic.recordCount
        let rest = topic.partitions.reduce(Int64(0)) { sum, partition in
            sum + max(0, partition.end.rawValue - next[Int(partition.index)].rawValue)
        }
        return SourceProgress(read: total - rest, total: total)
    }
}
