import Bytes
import Testing

@testable import Broker

/// Source: Kafka's ConsumerProtocolSubscription.json.
@Suite("Subscriptions that consumers tell their groups")
struct ConsumerSubscriptionTests {
    /// Version 1, topics "t" and "uv", user data of two bytes, no owned partitions.
    static let bytes: [UInt8] = [
        0, 1, 0, 0, 0, 2, 0, 1, 0x74, 0, 2, 0x75, 0x76, 0, 0, 0, 2, 9, 9, 0, 0, 0, 0,
    ]

    @Test("The topics are read, whatever comes behind them")
    func topics() {
        #expect(ConsumerSubscription(parsing: Self.bytes.rawSpan)?.topics == ["t", "uv"])
    }

    @Test("What ends before the topics do is refused", arguments: 0..<13)
    func truncated(_ count: Int) {
        let bytes = Array(Self.bytes.prefix(count))
        #expect(ConsumerSubscription(parsing: bytes.rawSpan) == nil)
    }

    @Test(
        "What cannot be a subscription is refused",
        arguments: [
            [0xFF, 0xFF, 0, 0, 0, 0], [0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            [0, 0, 0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0, 0, 1, 0xFF, 0xFF],
            [0, 0, 0, 0, 0, 1, 0, 1, 0xFF],
        ] as [[UInt8]])
    func refused(_ bytes: [UInt8]) {
        #expect(ConsumerSubscription(parsing: bytes.rawSpan) == nil)
    }

    @Test("A group knows what its members read, as long as it can read what they say")
    func ofGroup() {
        let one: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 1, 0x78]
        var group = GroupScript()
        #expect(group.state.subscribedTopics == [])
        group.stabilize([
            GroupScript.request(protocols: [("range", one)]),
            GroupScript.request(protocols: [("range", Self.bytes)]),
        ])
        #expect(group.state.subscribedTopics == ["t", "uv", "x"])
        #expect(group.leave("m1") == nil)
        group.join(GroupScript.request("m2", protocols: [("range", [1])]))
        #expect(group.state.subscribedTopics == nil)
    }
}
