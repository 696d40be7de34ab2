import Broker
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

    /// Options by Kafka's names; those that are not set are left out.
    private static func pairs(_ options: PartitionOptions) -> [(name: String, value: String)] {
        TopicConfig.allCases.compactMap { setting in
            guard setting != .compressionLevel, let value = setting.storageValue(in: options) else {
                return nil
            }
            return (setting.rawValue, value)
        }
    }
}
