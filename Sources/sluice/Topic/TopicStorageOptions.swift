import ArgumentParser
import Broker
import CommitLog

/// How long a topic keeps its records, and how.
struct TopicStorageOptions: ParsableArguments {
    /// A limit, or none.
    struct Limit<Value: ExpressibleByArgument>: ExpressibleByArgument {
        let value: Value?

        init?(argument: String) {
            if argument == "unlimited" || argument == "forever" {
                value = nil
            } else {
                guard let value = Value(argument: argument) else { return nil }
                self.value = value
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            """
            Remove records older than this by their own timestamps: 12h, 7d, or forever (the \
            default, other than Kafka's seven days).
            """, valueName: "duration"))
    var retention: Limit<DurationArgument>?

    @Option(
        help: ArgumentHelp(
            "Keep at least the newest bytes of each partition, as stored: 10GiB, or unlimited.",
            valueName: "size"))
    var retentionBytes: Limit<ByteSizeArgument>?

    @Option(
        help: ArgumentHelp(
            """
            What happens to old records: delete (by age and size), compact (only the newest \
            record of each key stays), or compact,delete.
            """, valueName: "policy"))
    var cleanup: String?

    @Option(
        help: ArgumentHelp("Leave records out of compaction for so long.", valueName: "duration"))
    var minCompactionLag: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Compact records after so long, however few they are, or unlimited.",
            valueName: "duration"))
    var maxCompactionLag: Limit<DurationArgument>?

    @Option(
        help: ArgumentHelp(
            "Keep tombstones for so long after they were compacted (default: 24h).",
            valueName: "duration"))
    var deleteRetention: DurationArgument?

    @Option(help: "zstd level of sealed segments, 1 (fast) to 19 (small); 3 by default.")
    var compressionLevel: Int?

    @Option(
        help: ArgumentHelp(
            """
            What an acknowledgement waits for: fsync, os (a power failure may take the last \
            records), or log (as the data directory has it).
            """, valueName: "durability"))
    var durability: String?

    @Option(
        name: .customLong("config"), parsing: .singleValue,
        help: ArgumentHelp(
            "A setting by Kafka's name, e.g. retention.ms=86400000; may be repeated.",
            valueName: "name=value"))
    var configs: [String] = []

    /// Changes what was asked for; false if nothing was.
    func apply(to settings: inout TopicSettings) throws -> Bool {
        let pairs = try self.pairs
        for (name, value) in pairs { try TopicConfig.set(name, to: value, in: &settings) }
        return !pairs.isEmpty
    }

    /// All options as Kafka spells them; its names come last, so that they win.
    private var pairs: [(name: String, value: String)] {
        get throws {
            var pairs: [(name: String, value: String)] = []
            func add(_ setting: TopicConfig, _ value: String?) {
                if let value { pairs.append((setting.rawValue, value)) }
            }
            add(.cleanupPolicy, cleanup)
            add(.retentionMilliseconds, retention.map { "\($0.value?.milliseconds ?? -1)" })
            add(.retentionByteCount, retentionBytes.map { "\($0.value?.byteCount ?? -1)" })
            add(.compactionLagMin, minCompactionLag.map { "\($0.milliseconds)" })
            add(.compactionLagMax, maxCompactionLag.map { "\($0.value?.milliseconds ?? -1)" })
            add(.deleteRetention, deleteRetention.map { "\($0.milliseconds)" })
            add(.compressionLevel, compressionLevel.map { "\($0)" })
            add(.durability, durability)
            for config in configs {
                guard let equals = config.firstIndex(of: "=") else {
                    throw CommandFailure.usage(
                        "--config \(config): a setting is NAME=VALUE, e.g. retention.ms=86400000.")
                }
                pairs.append(
                    (String(config[..<equals]), String(config[config.index(after: equals)...])))
            }
            return pairs
        }
    }
}
