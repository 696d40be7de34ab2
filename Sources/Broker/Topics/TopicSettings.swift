import CommitLog
package import Records

/// What a user chooses for a topic.
package struct TopicSettings: Sendable, Equatable {
    /// 1 … ``TopicSettings/partitionCountMax``.
    package var partitionCount: Int32
    /// How payloads are read: decides what a bare name means in filters and jobs.
    package var format: PayloadFormat
    /// zstd level of sealed segments.
    package var compressionLevel: Int32

    package static let partitionCountMax: Int32 = 10_000
    /// Columns of a CSV topic.
    package static let columnCountMax = 10_000

    package init(
        partitionCount: Int32 = 1, format: PayloadFormat = .raw,
        compressionLevel: Int32 = ZstdCompressor.levelDefault
    ) {
        self.partitionCount = partitionCount
        self.format = format
        self.compressionLevel = compressionLevel
    }

    /// The first setting that is out of range, as an error.
    func validate() throws(BrokerError) {
        guard (1...Self.partitionCountMax).contains(partitionCount) else {
            throw .invalidSetting(
                name: "partitions", value: "\(partitionCount)",
                rule: "1 to \(Self.partitionCountMax)")
        }
        guard ZstdCompressor.levels.contains(compressionLevel) else {
            let levels = ZstdCompressor.levels
            throw .invalidSetting(
                name: "compression level", value: "\(compressionLevel)",
                rule: "\(levels.lowerBound) to \(levels.upperBound)")
        }
        if case .csv(let columns) = format, columns.isEmpty || columns.count > Self.columnCountMax {
            throw .invalidSetting(
                name: "columns", value: "\(columns.count) columns",
                rule: "1 to \(Self.columnCountMax)")
        }
    }
}
