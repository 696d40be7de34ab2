package import CommitLog
import Expressions
import Records

/// A topic's settings under the names that Kafka's users and clients know.
///
/// The one list of them: commands, and later the protocol's requests, read and write it.
package enum TopicConfig: String, CaseIterable, Sendable {
    case cleanupPolicy = "cleanup.policy"
    case retentionMilliseconds = "retention.ms"
    case retentionByteCount = "retention.bytes"
    case compactionLagMin = "min.compaction.lag.ms"
    case compactionLagMax = "max.compaction.lag.ms"
    case deleteRetention = "delete.retention.ms"
    case dirtyRatioMin = "min.cleanable.dirty.ratio"
    case segmentByteCount = "segment.bytes"
    case segmentMilliseconds = "segment.ms"
    case compressionLevel = "compression.zstd.level"
    case messageByteCountMax = "max.message.bytes"
    case timestampType = "message.timestamp.type"
    case timestampBeforeMax = "message.timestamp.before.max.ms"
    case timestampAfterMax = "message.timestamp.after.max.ms"
    /// Not Kafka's: what an append waits for.
    case durability = "durability"

    /// Sets an option by its name.
    ///
    /// - Throws: `.unknownSetting` with the nearest name, `.invalidSetting`.
    package static func set(
        _ name: String, to value: String, in settings: inout TopicSettings
    ) throws(BrokerError) {
        if let kept = KeptConfig(rawValue: name) {
            guard value.utf8.count <= BrokerLimits.keptConfigByteCountMax else {
                throw .invalidSetting(
                    name: name, value: "\(value.prefix(20))…",
                    rule: "at most \(BrokerLimits.keptConfigByteCountMax) bytes")
            }
            settings.kept[kept] = value == kept.defaultValue ? nil : value
            return
        }
        guard let setting = TopicConfig(rawValue: name) else {
            throw .unknownSetting(
                name, nearest: NearestName.find(name, in: allCases.map(\.rawValue)))
        }
        try setting.set(value, in: &settings)
    }

    private func set(_ value: String, in settings: inout TopicSettings) throws(BrokerError) {
        switch self {
        case .messageByteCountMax:
            guard let count = Int32(value),
                (0...BrokerLimits.messageByteCountMax).contains(Int(count))
            else { throw refused(value, "0 to \(BrokerLimits.messageByteCountMax)") }
            settings.messageByteCountMax = count
        case .timestampType:
            guard let type = TimestampType(rawValue: value) else {
                throw refused(value, "CreateTime or LogAppendTime")
            }
            settings.timestampType = type
        case .timestampBeforeMax: settings.timestampBeforeMax = try number(value)
        case .timestampAfterMax: settings.timestampAfterMax = try number(value)
        case .cleanupPolicy, .retentionMilliseconds, .retentionByteCount, .compactionLagMin,
            .compactionLagMax, .deleteRetention, .dirtyRatioMin, .segmentByteCount,
            .segmentMilliseconds, .compressionLevel, .durability:
            try setStorage(value, in: &settings.storage)
        }
    }

    private func setStorage(
        _ value: String, in options: inout PartitionOptions
    ) throws(BrokerError) {
        switch self {
        case .messageByteCountMax, .timestampType, .timestampBeforeMax, .timestampAfterMax:
            preconditionFailure("\(rawValue) is no option of storage")
        case .cleanupPolicy: options.cleanup = try policy(value)
        case .retentionMilliseconds: options.retentionMilliseconds = try limit(value)
        case .retentionByteCount: options.retentionByteCount = try limit(value)
        case .compactionLagMin: options.compactionLagMinMilliseconds = try number(value)
        case .compactionLagMax: options.compactionLagMaxMilliseconds = try limit(value)
        case .deleteRetention: options.deleteRetentionMilliseconds = try number(value)
        case .dirtyRatioMin:
            guard let ratio = Double(value), (0...1).contains(ratio) else {
                throw refused(value, "a number from 0 to 1")
            }
            options.dirtyRatioMin = ratio
        case .segmentByteCount: options.segmentByteCount = try limit(value)
        case .segmentMilliseconds: options.segmentMilliseconds = try limit(value)
        case .compressionLevel:
            let levels = ZstdCompressor.levels
            guard let level = Int32(value), levels.contains(level) else {
                throw refused(value, "\(levels.lowerBound) to \(levels.upperBound)")
            }
            options.compressionLevel = Int8(level)
        case .durability:
            switch value {
            case "fsync": options.durability = .fsync
            case "os": options.durability = .os
            case "log": options.durability = nil
            default: throw refused(value, "fsync, os or log")
            }
        }
    }

    /// The option's value; nil if it is not set.
    package func value(in settings: TopicSettings) -> String? {
        switch self {
        case .messageByteCountMax: "\(settings.messageByteCountMax)"
        case .timestampType: settings.timestampType.rawValue
        case .timestampBeforeMax: "\(settings.timestampBeforeMax)"
        case .timestampAfterMax: "\(settings.timestampAfterMax)"
        case .cleanupPolicy, .retentionMilliseconds, .retentionByteCount, .compactionLagMin,
            .compactionLagMax, .deleteRetention, .dirtyRatioMin, .segmentByteCount,
            .segmentMilliseconds, .compressionLevel, .durability:
            storageValue(in: settings.storage)
        }
    }

    /// The option's value; nil if it is not set, and for settings that the log does not keep.
    package func storageValue(in options: PartitionOptions) -> String? {
        switch self {
        case .messageByteCountMax, .timestampType, .timestampBeforeMax, .timestampAfterMax: nil
        case .cleanupPolicy: Self.name(options.cleanup)
        case .retentionMilliseconds: options.retentionMilliseconds.map(String.init)
        case .retentionByteCount: options.retentionByteCount.map(String.init)
        case .compactionLagMin: "\(options.compactionLagMinMilliseconds)"
        case .compactionLagMax: options.compactionLagMaxMilliseconds.map(String.init)
        case .deleteRetention: "\(options.deleteRetentionMilliseconds)"
        case .dirtyRatioMin: "\(options.dirtyRatioMin)"
        case .segmentByteCount: options.segmentByteCount.map(String.init)
        case .segmentMilliseconds: options.segmentMilliseconds.map(String.init)
        case .compressionLevel: "\(options.compressionLevel)"
        case .durability: options.durability.map { "\($0)" }
        }
    }

    private static func name(_ policy: CleanupPolicy) -> String {
        switch policy {
        case .delete: "delete"
        case .compact: "compact"
        case .compactAndDelete: "compact,delete"
        }
    }

    private func policy(_ value: String) throws(BrokerError) -> CleanupPolicy {
        let names = value.split(separator: ",").map { $0.filter { $0 != " " } }
        switch (Set(names), names.count) {
        case (["delete"], 1): return .delete
        case (["compact"], 1): return .compact
        case (["compact", "delete"], 2): return .compactAndDelete
        default: throw refused(value, "delete, compact or compact,delete")
        }
    }

    /// A number for which Kafka writes -1, or the largest one, if there is no limit.
    private func limit(_ value: String) throws(BrokerError) -> Int64? {
        guard let number = Int64(value), number >= -1 else {
            throw refused(value, "-1 for no limit, or 0 or more")
        }
        return number == -1 || number == .max ? nil : number
    }

    private func number(_ value: String) throws(BrokerError) -> Int64 {
        guard let number = Int64(value), number >= 0 else { throw refused(value, "0 or more") }
        return number
    }

    private func refused(_ value: String, _ rule: String) -> BrokerError {
        .invalidSetting(name: rawValue, value: value, rule: rule)
    }
}

extension TopicSettings {
    /// All settings but format and partitions under their names, those left out that are not set.
    ///
    /// Set one by one in a new ``TopicSettings``, they make the same again.
    package var configs: [(name: String, value: String)] {
        let own = TopicConfig.allCases.compactMap { config in
            config.value(in: self).map { (name: config.rawValue, value: $0) }
        }
        let others = kept.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { (name: $0.key.rawValue, value: $0.value) }
        return own + others
    }
}
