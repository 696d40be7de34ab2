/// Partitions of a topic that is known by its id.
package struct TopicIDPartitions: WireMessage {
    package var topicID = WireUUID.zero
    package var partitions: [Int32] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.uuid(&topicID)
        try coder.int32s(&partitions)
    }
}
