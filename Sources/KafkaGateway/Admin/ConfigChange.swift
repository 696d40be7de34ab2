import Broker

/// A change of one setting of a topic.
struct ConfigChange {
    /// The numbers are the protocol's (KIP-339).
    enum Operation: Int8 {
        case set = 0
        case delete = 1
        case append = 2
        case subtract = 3
    }
    let name: String
    let operation: Operation
    let value: String?

    func apply(to settings: inout TopicSettings) throws(BrokerError) {
        switch operation {
        case .set:
            guard let value else { return try reset(&settings) }
            try TopicConfig.set(name, to: value, in: &settings)
        case .delete: try reset(&settings)
        case .append, .subtract:
            // The one list among the settings.
            guard name == TopicConfig.cleanupPolicy.rawValue, let value else {
                throw .invalidSetting(name: name, value: value ?? "null", rule: "set as a whole")
            }
            var parts = TopicConfig.cleanupPolicy.value(in: settings)?.split(separator: ",") ?? []
            let named = value.split(separator: ",")
            parts.removeAll { named.contains($0) }
            if operation == .append { parts += named }
            try TopicConfig.set(name, to: parts.joined(separator: ","), in: &settings)
        }
    }

    /// Sets what it is without a word of the topic's own.
    private func reset(_ settings: inout TopicSettings) throws(BrokerError) {
        if let kept = KeptConfig(rawValue: name) {
            settings.kept[kept] = nil
            return
        }
        guard let config = TopicConfig(rawValue: name) else {
            // Names the nearest setting that exists.
            return try TopicConfig.set(name, to: "", in: &settings)
        }
        let plain = config.value(in: TopicSettings())
        try TopicConfig.set(
            name, to: plain ?? (config == .durability ? "log" : "-1"), in: &settings)
    }
}
