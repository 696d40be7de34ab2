import Broker
import KafkaWire

extension WireUUID {
    init(_ id: TopicID) { self.init(high: id.high, low: id.low) }
}

extension TopicID {
    init(_ id: WireUUID) { self.init(high: id.high, low: id.low) }
}
