import Broker

/// A setting as clients are told it.
struct ConfigEntry {
    /// Whose word it is; the numbers are the protocol's (KIP-226).
    enum Source: Int8 {
        case topic = 1
        case staticBroker = 4
        case defaults = 5
    }

    /// What a value is; the numbers are the protocol's (KIP-569).
    enum Kind: Int8 {
        case boolean = 1
        case string = 2
        case int = 3
        case long = 5
        case double = 6
        case list = 7
    }
    let name: String
    let value: String
    let source: Source
    let kind: Kind
    /// What it is without a word of the topic's own.
    let defaultValue: String

    /// All settings of a topic, by name.
    static func all(of settings: TopicSettings) -> [ConfigEntry] {
        let plain = TopicSettings()
        let own = TopicConfig.allCases.map { config in
            let value = config.value(in: settings)
            let standard = config.value(in: plain)
            return ConfigEntry(
                name: config.rawValue, value: value ?? Self.unset(config),
                source: value == standard ? .defaults : .topic, kind: Self.kind(of: config),
                defaultValue: standard ?? Self.unset(config))
        }
        let kept = KeptConfig.allCases.map { config in
            ConfigEntry(
                name: config.rawValue, value: settings.kept[config] ?? config.defaultValue,
                source: settings.kept[config] == nil ? .defaults : .topic,
                kind: Self.kind(of: config), defaultValue: config.defaultValue)
        }
        return (own + kept).sorted { $0.name < $1.name }
    }

    /// How Kafka writes a setting that is not set.
    private static func unset(_ config: TopicConfig) -> String {
        switch config {
        case .compactionLagMax: "9223372036854775807"
        case .segmentByteCount: "1073741824"
        case .segmentMilliseconds: "604800000"
        case .durability: "log"
        case .cleanupPolicy, .retentionMilliseconds, .retentionByteCount, .compactionLagMin,
            .deleteRetention, .dirtyRatioMin, .compressionLevel, .messageByteCountMax,
            .timestampType, .timestampBeforeMax, .timestampAfterMax:
            "-1"
        }
    }

    private static func kind(of config: TopicConfig) -> Kind {
        switch config {
        case .cleanupPolicy: .list
        case .retentionMilliseconds, .retentionByteCount, .compactionLagMin, .compactionLagMax,
            .deleteRetention, .segmentMilliseconds, .timestampBeforeMax, .timestampAfterMax:
            .long
        case .dirtyRatioMin: .double
        case .segmentByteCount, .compressionLevel, .messageByteCountMax: .int
        case .timestampType, .durability: .string
        }
    }

    private static func kind(of config: KeptConfig) -> Kind {
        switch config {
        case .compressionType, .messageFormat: .string
        case .fileDeleteDelay, .flushMessages, .flushTime, .timestampDifference, .segmentJitter:
            .long
        case .indexInterval, .insyncReplicas, .segmentIndex: .int
        case .messageDownconversion, .preallocate, .uncleanElection: .boolean
        }
    }
}
