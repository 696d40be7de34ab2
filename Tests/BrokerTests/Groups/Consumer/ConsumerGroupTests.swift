import Testing

@testable import Broker

@Suite("A consumer group")
struct ConsumerGroupTests {
    typealias Script = ConsumerScript

    @Test("The first member gets everything with its first heartbeat, and is told once")
    func first() throws {
        var script = Script()
        #expect(script.group.phase == .empty)
        let joined = try script.join("a")
        #expect(joined.memberID == "a" && joined.epoch == 1)
        #expect(joined.assignment == script.all(["t"]))
        #expect(joined.interval == .seconds(5))
        #expect(script.group.phase == .stable)
        let told = try script.live("a", owned: joined.assignment)
        #expect(told.epoch == 1 && told.assignment == nil)
        // A member that is not sure says everything, and is told everything.
        var beat = Script.joining("a")
        beat.epoch = 1
        beat.owned = script.all(["t"])
        #expect(try script.beat(beat).get().assignment == script.all(["t"]))
    }

    @Test("A member without an id is given one")
    func freshID() throws {
        var script = Script()
        let answer = try script.beat(Script.joining("")).get()
        #expect(answer.memberID == "fresh1" && script.group.members["fresh1"] != nil)
    }

    @Test("Partitions go to another member when the one that had them says that it gave them up")
    func handingOver() throws {
        var script = Script()
        try script.join("a")
        let other = try script.join("b")
        #expect(other.epoch == 2 && other.assignment == PartitionSet())
        #expect(script.group.phase == .reconciling)
        // Told to give up, it stays in its epoch.
        let told = try script.live("a", owned: script.all(["t"]))
        let kept = try #require(told.assignment)
        #expect(told.epoch == 1 && kept.count == 2)
        #expect(try script.live("b").assignment == nil)
        // That it lives does not say that it gave up anything.
        let waiting = try script.live("a")
        #expect(waiting.epoch == 1 && waiting.assignment == nil)
        #expect(try script.live("a", owned: script.all(["t"])).epoch == 1)
        #expect(try script.live("b").assignment == nil)
        let done = try script.live("a", owned: kept)
        #expect(done.epoch == 2 && done.assignment == nil)
        let got = try #require(try script.live("b").assignment)
        #expect(got == script.all(["t"]).subtracting(kept))
        #expect(script.group.phase == .stable)
    }

    @Test("A member that has given up already need not be asked")
    func givenUpAlready() throws {
        var script = Script()
        try script.join("a")
        try script.join("b")
        let told = try script.live("a", owned: PartitionSet())
        #expect(told.epoch == 2 && told.assignment?.count == 2)
        #expect(try script.live("b").assignment?.count == 2)
    }

    @Test("What a member that goes leaves behind is for the others at their next heartbeats")
    func leaving() throws {
        var script = Script()
        try script.join("a")
        try script.join("b")
        try script.settle()
        try script.leave("a")
        #expect(script.group.phase == .assigning)
        let answer = try script.live("b")
        #expect(answer.epoch == 3 && answer.assignment == script.all(["t"]))
        #expect(throws: GroupError.unknownMember) { try script.live("a", epoch: 2) }
        #expect(throws: GroupError.unknownMember) { try script.leave("a") }
        try script.leave("b")
        #expect(script.group.isEmpty && script.group.byteCount == 0)
        #expect(script.group.owners.isEmpty && script.group.targets.isEmpty)
    }

    @Test("Topics that are made, grown or deleted are noticed at the next heartbeat")
    func changingTopics() throws {
        var script = Script(["t": 2])
        try script.join("a", topics: ["t", "u"])
        script.partitionCounts["u"] = 1
        let more = try script.live("a")
        #expect(more.epoch == 2 && more.assignment == script.all(["t", "u"]))
        script.partitionCounts["t"] = 3
        #expect(try script.live("a").assignment == script.all(["t", "u"]))
        // One that nobody reads makes no difference.
        script.partitionCounts["v"] = 1
        #expect(try script.live("a").epoch == 3)
        let all = script.all(["t", "u"])
        script.partitionCounts["u"] = nil
        let less = try script.live("a", owned: all)
        #expect(less.epoch == 3 && less.assignment == script.all(["t"]))
        #expect(try script.live("a", owned: script.all(["t"])).epoch == 4)
    }

    @Test("A member may change what it reads, with a pattern too")
    func changingSubscription() throws {
        var script = Script(["t1": 1, "t2": 1, "u": 1])
        try script.join("a", topics: nil, pattern: "t")
        #expect(script.assigned("a") == script.all(["t1", "t2"]))
        script.partitionCounts["t3"] = 2
        #expect(try script.live("a").assignment == script.all(["t1", "t2", "t3"]))
        var beat = ConsumerHeartbeat(group: "g", memberID: "a", epoch: 2)
        beat.topicPattern = ""
        beat.topicNames = ["u"]
        beat.owned = PartitionSet()
        let answer = try script.beat(beat).get()
        #expect(answer.epoch == 3 && answer.assignment == script.all(["u"]))
        #expect(script.group.interests.contain("u") && !script.group.interests.contain("t1"))
    }

    @Test("Members that read different topics get partitions of these only")
    func differentTopics() throws {
        var script = Script(["t": 2, "u": 2])
        try script.join("a", topics: ["t"])
        try script.join("b", topics: ["t", "u"])
        try script.settle()
        #expect(script.assigned("a") == script.all(["t"]))
        #expect(script.assigned("b") == script.all(["u"]))
    }

    @Test("The members decide which assignor is used")
    func assignors() throws {
        var script = Script(["t": 3, "u": 3])
        try script.join("a", topics: ["t", "u"], assignor: "range")
        #expect(script.group.assignor == .range)
        try script.join("b", topics: ["t", "u"], assignor: "range")
        try script.join("c", topics: ["t", "u"], assignor: "uniform")
        try script.settle()
        #expect(script.group.assignor == .range)
        for (index, id) in ["a", "b", "c"].enumerated() {
            #expect(script.assigned(id) == Script.set(["t": [Int32(index)], "u": [Int32(index)]]))
        }
        try script.leave("a")
        #expect(try script.live("b").epoch > 0)
        #expect(script.group.assignor == .uniform)  // As many want it; it is the first in the list.
    }

    @Test("When the numbers of epochs are used up, everybody joins anew")
    func lastEpoch() throws {
        var script = Script(epoch: .max - 2)
        try script.join("a")
        try script.join("b")
        try script.settle()
        #expect(script.group.epoch == .max)
        try script.join("c")
        #expect(script.group.epoch == 1)
        for id in ["a", "b"] {
            #expect(throws: GroupError.fencedEpoch) { try script.live(id, epoch: .max) }
            try script.join(id)
        }
        try script.settle()
        #expect(script.group.phase == .stable)
    }
}
