import Broker
import KafkaWire

/// Why something is not done for an operator, in words for people too.
struct AdminRefusal: Error {
    let code: KafkaErrorCode
    let message: String

    init(_ code: KafkaErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: BrokerError) { self.init(KafkaErrorCode(error), error.description) }

    /// Refuses what a request names several times: it cannot mean both.
    static func check(_ name: String, isIn repeated: Set<String>) throws(AdminRefusal) {
        if repeated.contains(name) {
            throw AdminRefusal(.invalidRequest, "The request names '\(name)' several times.")
        }
    }
}

extension KafkaService {
    /// Refuses to change a subscription, which clients see as a topic.
    func checkIsTopic(_ name: String) throws(AdminRefusal) {
        guard let base = broker.readableTopic(name)?.base else { return }
        throw AdminRefusal(
            .policyViolation,
            "'\(name)' is a subscription of topic '\(base)'. See: sluice subscription describe "
                + name)
    }
}

extension [String] {
    /// Those that are there several times.
    var repeated: Set<String> {
        var (seen, repeated) = (Set<String>(), Set<String>())
        for name in self where !seen.insert(name).inserted { repeated.insert(name) }
        return repeated
    }
}
