import Broker
import KafkaWire
import NIOCore

/// What consumers say about themselves when they join: the topics that they want to read.
///
/// Layout of the consumer protocol: version i16, topics as a list of texts, more in later versions
/// (`ConsumerProtocolSubscription.json`).
enum ConsumerSubscription {
    /// The topics that members of a group read; empty for a group of another kind.
    static func topics(of group: GroupView?) -> Set<String> {
        guard let group, group.protocolType == "consumer" else { return [] }
        return group.members.reduce(into: []) { $0.formUnion(topics(in: $1.metadata)) }
    }

    /// The topics of one member; none if it says it in a way that is not known.
    static func topics(in metadata: [UInt8]) -> [String] {
        var reader = WireReader(ByteBuffer(bytes: metadata), version: 0, isFlexible: false)
        var (version, topics) = (Int16(0), [String]())
        do throws(WireError) {
            try reader.int16(&version)
            try reader.strings(&topics)
            return topics
        } catch {
            return []
        }
    }
}
