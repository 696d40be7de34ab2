import Testing

@testable import Broker

@Suite("Static members of a consumer group")
struct ConsumerStaticMemberTests {
    typealias Script = ConsumerScript

    /// Two members with two partitions each; a is static.
    private func script() throws -> Script {
        var script = Script()
        try script.join("a", instance: "i")
        try script.join("b")
        try script.settle()
        return script
    }

    @Test("The next process takes over what the one before has left, without a rebalance")
    func takeOver() throws {
        var script = try script()
        let had = script.assigned("a")
        try script.leave("a", instance: "i", forNow: true)
        #expect(try script.live("b").assignment == nil)
        let joined = try script.join("c", instance: "i")
        #expect(joined.memberID == "c" && joined.epoch == 2 && joined.assignment == had)
        #expect(script.group.epoch == 2 && script.group.phase == .stable)
        #expect(throws: GroupError.fencedInstance) {
            try script.live("a", epoch: 2, instance: "i")
        }
        #expect(throws: GroupError.unknownMember) { try script.live("a", epoch: 2) }
        // What it reads is still looked up.
        try script.leave("b")
        #expect(try script.live("c").assignment == script.all(["t"]))
    }

    @Test("The only reader of a topic takes it over too")
    func onlyReader() throws {
        var script = Script()
        try script.join("a", instance: "i")
        try script.leave("a", instance: "i", forNow: true)
        #expect(try script.join("c", instance: "i").assignment == script.all(["t"]))
        script.partitionCounts["t"] = 5
        #expect(try script.live("c").assignment == script.all(["t"]))
    }

    @Test("A process that has not left keeps its place")
    func unreleased() throws {
        var script = try script()
        #expect(throws: GroupError.unreleasedInstance) { try script.join("c", instance: "i") }
        // The same process may join anew.
        #expect(try script.join("a", instance: "i").assignment?.count == 2)
        #expect(throws: GroupError.unknownMember) { try script.live("c", epoch: 1, instance: "j") }
    }

    @Test("A member that is away too long is out; one that leaves for good goes at once")
    func goingAway() throws {
        var script = try script()
        try script.leave("a", instance: "i", forNow: true)
        for epoch in [1, 2] as [Int32] {
            #expect(throws: GroupError.fencedEpoch) {
                try script.live("a", epoch: epoch, owned: PartitionSet(), instance: "i")
            }
        }
        script.pass(.seconds(44))
        try script.live("b")
        script.pass(.seconds(1))
        #expect(try script.live("b").assignment == script.all(["t"]))
        try script.join("d", instance: "k")
        #expect(throws: GroupError.fencedInstance) { try script.leave("b", instance: "k") }
        try script.leave("d", instance: "k")
        #expect(script.group.members.keys.sorted() == ["b"])
        try script.join("e", instance: "k")
        #expect(script.group.members["e"]?.instanceID == "k")
    }

    @Test("What a member was giving up when it left is free")
    func awayWhileGivingUp() throws {
        var script = Script()
        try script.join("a", instance: "i")
        try script.join("b")
        try script.live("a", owned: script.all(["t"]))
        try script.leave("a", instance: "i", forNow: true)
        #expect(try script.live("b").assignment?.count == 2)
        #expect(try script.join("c", instance: "i").assignment?.count == 2)
        #expect(script.group.phase == .stable)
    }

    @Test("A member that comes again as another one is another one")
    func changedInstance() throws {
        var script = try script()
        try script.join("b", instance: "j")
        #expect(script.group.members["b"]?.instanceID == "j")
        try script.settle()
        #expect(script.assigned("b").count == 2)
        try script.leave("a", instance: "i", forNow: true)
        // A place is taken over by a member that has another one already.
        try script.join("b", instance: "i")
        #expect(script.group.members.keys.sorted() == ["b"])
        try script.settle()
        #expect(script.assigned("b") == script.all(["t"]))
    }
}
