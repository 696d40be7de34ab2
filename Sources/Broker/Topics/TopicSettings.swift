package import CommitLog
package import Records

/// What a user chooses for a topic.
package struct TopicSettings: Sendable, Equatable {
    /// 1 … ``TopicSettings/partitionCountMax``.
    package var partitionCount: Int32
    /// How payloads are read: decides what a bare name means in filters and jobs.
    package var format: PayloadFormat
    /// How records are stored, and for how long; the log keeps it with the topic's partitions.
    package var storage: PartitionOptions
    /// Bytes that a batch of a client may have, as it comes: compressed.
    package var messageByteCountMax: Int32 = TopicSettings.messageByteCountDefault
    /// Whose times the records of clients have.
    package var timestampType = TimestampType.createTime
    /// Milliseconds that a record's own time may lie before the broker's clock when it is produced.
    ///
    /// `Int64.max` for no limit. Without meaning if the broker stamps.
    package var timestampBeforeMax = Int64.max
    /// The same behind it: Kafka's default is an hour.
    package var timestampAfterMax: Int64 = 60 * 60 * 1_000

    /// Kafka's settings that mean nothing here, where they are not as Kafka has them.
    package var kept: [KeptConfig: String] = [:]

    /// Kafka's default of `max.message.bytes`: 1 MiB and a batch's header.
    package static let messageByteCountDefault: Int32 = 1_048_588
    package static let partitionCountMax: Int32 = 10_000
    /// Columns of a CSV topic.
    package static let columnCountMax = 10_000

    package init(
        partitionCount: Int32 = 1, format: PayloadFormat = .raw,
        storage: PartitionOptions = PartitionOptions()
    ) {
        self.partitionCount = partitionCount
        self.format = format
        self.storage = storage
    }

    /// The first setting that is out of range, as an error.
    package func validate() throws(BrokerError) {
        guard (1...Self.partitionCountMax).contains(partitionCount) else {
            throw .invalidSetting(
                name: "partitions", value: "\(partitionCount)",
                rule: "1 to \(Self.partitionCountMax)")
        }
        let levels = ZstdCompressor.levels
        guard levels.contains(Int32(storage.compressionLevel)) else {
            throw .invalidSetting(
                name: TopicConfig.compressionLevel.rawValue, value: "\(storage.compressionLevel)",
                rule: "\(levels.lowerBound) to \(levels.upperBound)")
        }
        let lengths = 0...Int32(BrokerLimits.messageByteCountMax)
        guard lengths.contains(messageByteCountMax) else {
            throw .invalidSetting(
                name: TopicConfig.messageByteCountMax.rawValue, value: "\(messageByteCountMax)",
                rule: "\(lengths.lowerBound) to \(lengths.upperBound)")
        }
        if let problem = storage.problem {
            throw .invalidSetting(
                name: problem.name, value: problem.value, rule: problem.rule)
        }
        if case .csv(let columns) = format, columns.isEmpty || columns.count > Self.columnCountMax {
            throw .invalidSetting(
                name: "columns", value: "\(columns.count) columns",
                rule: "1 to \(Self.columnCountMax)")
        }
    }
}
