import Platform
import Testing

@testable import Broker

/// Source: KIP-345, KIP-814, GroupCoordinator.updateStaticMemberAndRebalance.
@Suite("Static members of a group")
struct StaticMemberTests {
    private typealias Script = GroupScript

    /// "m1" is instance "a" and leads, "m2" is instance "b".
    private static func stable() -> Script {
        var group = Script()
        group.stabilize([Script.request(instance: "a"), Script.request(instance: "b")])
        return group
    }

    @Test("A follower that starts again gets another id, its assignment, and no rebalance")
    func follower() throws {
        var group = Self.stable()
        let generation = group.state.generation
        let token = group.join(Script.request(instance: "b"))
        let answer = try #require(try group.joins[token]?.get())
        #expect(answer.memberID == "m3")
        #expect(answer.generation == generation && answer.leaderID == "m1")
        #expect(answer.members == [] && !answer.skipsAssignment)
        let sync = group.sync("m3", instance: "b")
        #expect(try group.syncs[sync]?.get().assignment == Array("m2".utf8))
        #expect(group.state.phase == .stable)
    }

    @Test("A leader that starts again gets the list and nothing to assign, if it understands that")
    func leader() throws {
        var group = Self.stable()
        let token = group.join(Script.request(instance: "a"))
        let answer = try #require(try group.joins[token]?.get())
        #expect(answer.leaderID == "m3" && answer.memberID == "m3" && answer.skipsAssignment)
        #expect(answer.members.map(\.id) == ["m3", "m2"])
        #expect(group.state.phase == .stable)
    }

    @Test("An older client is not told that it leads")
    func olderLeader() throws {
        var group = Self.stable()
        let token = group.join(Script.request(instance: "a", skips: false))
        let answer = try #require(try group.joins[token]?.get())
        #expect(answer.leaderID == "m1" && answer.memberID == "m3" && !answer.skipsAssignment)
        #expect(answer.members == [])
        #expect(group.state.leaderID == "m3")
    }

    @Test("One that starts again with another choice of protocols begins a rebalance")
    func otherProtocol() {
        var group = Script()
        let both = [("range", [UInt8]()), ("sticky", [])]
        group.stabilize([
            Script.request(instance: "a", protocols: both),
            Script.request(instance: "b", protocols: both),
        ])
        let token = group.join(Script.request(instance: "b", protocols: [("sticky", [])]))
        #expect(group.isWaiting(token))
        #expect(group.state.phase == .preparingRebalance)
    }

    @Test("Whoever goes on under the old id is fenced, in every request")
    func fencing() {
        var group = Self.stable()
        group.join(Script.request(instance: "b"))
        #expect(group.heartbeat("m2", instance: "b") == .fencedInstance)
        #expect(group.commit("m2", instance: "b") == .fencedInstance)
        #expect(group.leave("m2", instance: "b") == .fencedInstance)
        let join = group.join(Script.request("m2", instance: "b"))
        #expect(group.joins[join]?.refusal == .fencedInstance)
        let sync = group.sync("m2", instance: "b")
        #expect(group.syncs[sync]?.refusal == .fencedInstance)
        #expect(group.heartbeat("m3", instance: "b") == nil)
        #expect(group.heartbeat("m3", instance: "c") == .unknownMember)
    }

    @Test("Whoever waits under the old id is fenced at once")
    func fencingWaiters() throws {
        var group = Self.stable()
        let first = group.join(Script.request("m1", instance: "a"))
        let successor = group.join(Script.request(instance: "a"))
        #expect(group.joins[first]?.refusal == .fencedInstance)
        group.join(Script.request("m2", instance: "b"))
        #expect(try group.joins[successor]?.get().leaderID == "m3")
        let sync = group.sync("m2", instance: "b")
        let other = group.join(Script.request(instance: "b"))
        #expect(group.syncs[sync]?.refusal == .fencedInstance)
        #expect(group.isWaiting(other), "the leader has counted with the old id: a rebalance")
        #expect(group.state.phase == .preparingRebalance)
    }

    @Test("A static member that is away is part of new generations until its session ends")
    func away() throws {
        var group = Script()
        group.stabilize([
            Script.request(session: 300), Script.request(instance: "b", session: 300),
        ])
        let first = group.join(Script.request("m1", session: 300))
        group.pass(.seconds(60))
        let answer = try #require(try group.joins[first]?.get())
        #expect(answer.members.map(\.id) == ["m1", "m2"])
        group.sync("m1", ["m2": [2]])
        group.pass(.seconds(60))
        #expect(group.state.phase == .stable, "it owes nothing to this generation")
        let back = group.join(Script.request(instance: "b", session: 300))
        #expect(try group.joins[back]?.get().generation == answer.generation)
        let sync = group.sync("m3", instance: "b")
        #expect(try group.syncs[sync]?.get().assignment == [2])
        #expect(group.heartbeat("m1") == nil)
        group.pass(.seconds(299))
        #expect(group.heartbeat("m1") == nil)
        group.pass(.seconds(1))
        #expect(group.state.members.ids.sorted() == ["m1"])
    }

    @Test("Static members of which none joins again hold their places until their sessions end")
    func allAway() throws {
        var group = Script()
        group.stabilize([Script.request(instance: "a", session: 100), Script.request(session: 20)])
        group.pass(.seconds(20))
        #expect(group.state.phase == .preparingRebalance)
        group.pass(.seconds(60))
        #expect(group.state.phase == .preparingRebalance)
        #expect(group.state.members.ids.sorted() == ["m1"])
        group.pass(.seconds(20))
        #expect(group.state.phase == .empty)
    }

    @Test("An operator takes a static member out by its instance id alone")
    func operatorLeave() {
        var group = Self.stable()
        #expect(group.leave("", instance: "b") == nil)
        #expect(group.leave("", instance: "b") == .unknownMember)
        #expect(group.state.members.ids.sorted() == ["m1"])
        #expect(group.state.phase == .preparingRebalance)
    }

    @Test("An id that was given to a dynamic member cannot become a static one's")
    func pending() {
        var group = Script()
        group.join(Script.request(requiresID: true))
        let token = group.join(Script.request("m1", instance: "a"))
        #expect(group.joins[token]?.refusal == .unknownMember)
    }
}
