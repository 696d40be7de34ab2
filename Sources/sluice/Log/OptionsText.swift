import CommitLog

/// A partition's options in words and as JSON, under Kafka's names.
enum OptionsText {
    /// What is set and not the default: `zstd level 3, retention.ms=604800000`.
    static func text(_ options: PartitionOptions) -> String {
        let defaults = pairs(PartitionOptions(compressionLevel: options.compressionLevel))
        let changed = pairs(options).filter { pair in
            !defaults.contains { $0.name == pair.name && $0.value == pair.value }
        }
        return
            (["zstd level \(options.compressionLevel)"]
            + changed.map { "\($0.name)=\($0.value)" }).joined(separator: ", ")
    }

    /// All that is set.
    static func fields(_ options: PartitionOptions) -> [(name: String, field: Field)] {
        [("compression_level", .count(Int64(options.compressionLevel)))]
            + pairs(options).map { ($0.name, .text($0.value)) }
    }

    static func name(_ reason: RemovalReason) -> String {
        switch reason {
        case .request: "request"
        case .age: "age"
        case .size: "size"
        case .totalSize: "total size"
        case .superseded: "newer record of the key"
        case .tombstone: "tombstone"
        case .transaction: "transaction"
        }
    }

    static func name(_ policy: CleanupPolicy) -> String {
        switch policy {
        case .delete: "delete"
        case .compact: "compact"
        case .compactAndDelete: "compact,delete"
        }
    }

    /// Options by Kafka's names; those that are not set are left out.
    static func pairs(_ options: PartitionOptions) -> [(name: String, value: String)] {
        let numbers: [(name: String, value: Int64?)] = [
            ("retention.ms", options.retentionMilliseconds),
            ("retention.bytes", options.retentionByteCount),
            ("min.compaction.lag.ms", options.compactionLagMinMilliseconds),
            ("max.compaction.lag.ms", options.compactionLagMaxMilliseconds),
            ("delete.retention.ms", options.deleteRetentionMilliseconds),
            ("segment.bytes", options.segmentByteCount),
        ]
        var pairs = [(name: "cleanup.policy", value: name(options.cleanup))]
        for number in numbers {
            if let value = number.value { pairs.append((number.name, "\(value)")) }
        }
        pairs.append(("min.cleanable.dirty.ratio", "\(options.dirtyRatioMin)"))
        if let durability = options.durability { pairs.append(("durability", "\(durability)")) }
        return pairs
    }
}
