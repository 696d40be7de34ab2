import Testing

@testable import Broker

@Suite("Heartbeats of the consumer protocol")
struct ConsumerHeartbeatTests {
    /// Source: Kafka's `GroupMetadataManager`, the checks before a heartbeat is taken.
    private struct Case: Sendable {
        let reason: String
        let change: @Sendable (inout ConsumerHeartbeat) -> Void

        init(_ reason: String, _ change: @escaping @Sendable (inout ConsumerHeartbeat) -> Void) {
            self.reason = reason
            self.change = change
        }
    }

    private static let cases = [
        Case("the instance id is empty") { $0.instanceID = "" },
        Case("the rack id is empty") { $0.rackID = "" },
        Case("no epoch is -3") { $0.epoch = -3 },
        Case("the member id is empty") { ($0.memberID, $0.epoch) = ("", 1) },
        Case("the member id is empty") { ($0.memberID, $0.epoch) = ("", -1) },
        Case("the member id is empty") { ($0.memberID, $0.requiresMemberID) = ("", true) },
        Case("who joins has to say its rebalance timeout") { $0.rebalanceTimeout = nil },
        Case("who joins has no partitions, and has to say so") { $0.owned = nil },
        Case("who joins has no partitions, and has to say so") {
            $0.owned = ConsumerScript.set(["t": [0]])
        },
        Case("who joins has to say what it reads") { $0.topicNames = nil },
        Case("only a static member leaves for a moment") { $0.epoch = -2 },
    ]

    @Test("A heartbeat that says too little is refused, with what is missing", arguments: cases)
    private func invalid(row: Case) {
        var beat = ConsumerScript.joining("m")
        row.change(&beat)
        let changed = beat
        #expect(throws: GroupError.invalidHeartbeat(row.reason)) { try changed.check() }
    }

    @Test("Members join with names, with a pattern, or with nothing to read; others say little")
    func valid() throws {
        try ConsumerScript.joining("m").check()
        try ConsumerScript.joining("", topics: nil, pattern: "t").check()
        try ConsumerScript.joining("m", topics: []).check()
        try ConsumerHeartbeat(group: "g", memberID: "m", epoch: 1).check()
        try ConsumerHeartbeat(group: "g", memberID: "m", epoch: -1).check()
    }

    @Test("An assignor that nobody has is refused by name")
    func assignors() throws {
        for assignor in ["uniform", "range"] {
            try ConsumerScript.joining("m", assignor: assignor).check()
        }
        #expect(throws: GroupError.unsupportedAssignor("sticky")) {
            try ConsumerScript.joining("m", assignor: "sticky").check()
        }
    }

    @Test("Texts and names have limits")
    func limits() throws {
        let limit = BrokerLimits.groupTextByteCountMax
        for (count, isGood) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
            let text = String(repeating: "x", count: count)
            var beat = ConsumerScript.joining("m")
            beat.clientID = text
            for beat in [
                ConsumerScript.joining(text), ConsumerScript.joining("m", instance: text), beat,
            ] {
                if isGood {
                    try beat.check()
                } else {
                    #expect(throws: GroupError.self) { try beat.check() }
                }
            }
        }
        let most = BrokerLimits.groupTopicNameCountMax
        for (count, isGood) in [(most - 1, true), (most, true), (most + 1, false)] {
            let beat = ConsumerScript.joining(
                "m", topics: [String](repeating: "t", count: count))
            if isGood {
                try beat.check()
            } else {
                #expect(
                    throws: GroupError.limit(
                        name: "number of a member's topics", found: count, limit: most)
                ) { try beat.check() }
            }
        }
        for (name, refusal) in [("", true), ("g", false)] {
            var beat = ConsumerScript.joining("m")
            beat.group = name
            let asked = beat
            if refusal {
                #expect(throws: GroupError.invalidGroupID) { try asked.check() }
            } else {
                try asked.check()
            }
        }
    }

    @Test("The members of a group have so many different patterns, and no more")
    func patterns() throws {
        let limit = BrokerLimits.groupPatternCountMax
        var script = ConsumerScript()
        for number in 0..<limit { try script.join("m\(number)", pattern: "p\(number)") }
        try script.join("same", pattern: "p0")
        #expect(
            throws: GroupError.limit(
                name: "number of the group's patterns", found: limit + 1, limit: limit)
        ) { try script.join("other", pattern: "another") }
        try script.leave("m1")
        try script.join("other", pattern: "another")
    }

    @Test("A group takes no more than it may hold")
    func groupSize() throws {
        var script = ConsumerScript()
        // Each name counts with its bytes and 16 more.
        let name = String(repeating: "n", count: (1 << 20) - 16)
        let count = BrokerLimits.groupByteCountMax / (1 << 20)
        for number in 0..<(count - 1) {
            try script.join("m\(number)", topics: ["\(number)" + name])
        }
        #expect(throws: GroupError.self) { try script.join("n", topics: [name + name]) }
        #expect(script.group.members.count == count - 1)
        for number in 0..<(count - 1) { try script.leave("m\(number)") }
        #expect(script.group.byteCount == 0)
    }
}
