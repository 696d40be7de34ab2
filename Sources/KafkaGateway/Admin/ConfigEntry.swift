import Broker

/// A setting of a topic as clients are told it.
struct ConfigEntry {
    /// Whose word it is; the numbers are the protocol's (KIP-226).
    enum Source {
        static let topic: Int8 = 1
        static let staticBroker: Int8 = 4
        static let defaults: Int8 = 5
    }
    let name: String
    let value: String
    let source: Int8

    /// All settings of a topic, by name.
    static func all(of settings: TopicSettings) -> [ConfigEntry] {
        let plain = TopicSettings()
        let own = TopicConfig.allCases.map { config in
            let value = config.value(in: settings)
            return ConfigEntry(
                name: config.rawValue, value: value ?? Self.unset(config),
                source: value == config.value(in: plain) ? Source.defaults : Source.topic)
        }
        let kept = KeptConfig.allCases.map { config in
            ConfigEntry(
                name: config.rawValue, value: settings.kept[config] ?? config.defaultValue,
                source: settings.kept[config] == nil ? Source.defaults : Source.topic)
        }
        return (own + kept).sorted { $0.name < $1.name }
    }

    /// How Kafka writes a setting that is not set.
    private static func unset(_ config: TopicConfig) -> String {
        switch config {
        case .compactionLagMax: "9223372036854775807"
        case .segmentByteCount: "1073741824"
        case .durability: "log"
        case .cleanupPolicy, .retentionMilliseconds, .retentionByteCount, .compactionLagMin,
            .deleteRetention, .dirtyRatioMin, .compressionLevel, .messageByteCountMax,
            .timestampType:
            "-1"
        }
    }
}
