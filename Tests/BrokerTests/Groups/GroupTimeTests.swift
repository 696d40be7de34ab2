import Platform
import Testing

@testable import Broker

@Suite("What time does to a group")
struct GroupTimeTests {
    private typealias Script = GroupScript

    @Test("A member that says nothing for its session's time is out; one that does stays")
    func session() {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        group.pass(.milliseconds(9_999))
        #expect(group.heartbeat("m1") == nil)
        #expect(group.state.members.count == 2)
        group.pass(.milliseconds(1))
        #expect(group.state.members.ids.sorted() == ["m1"])
        #expect(group.heartbeat("m2") == .unknownMember)
        #expect(group.heartbeat("m1") == .rebalanceInProgress)
    }

    @Test("Everything that a member asks extends its session")
    func signsOfLife() {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let signs: [(inout Script) -> Void] = [
            { group in _ = group.heartbeat("m2") }, { group in _ = group.commit("m2") },
            { group in group.sync("m2") }, { group in group.join(Script.request("m2")) },
        ]
        for sign in signs {
            group.pass(.seconds(9))
            #expect(group.heartbeat("m1") == nil)
            sign(&group)
        }
        #expect(group.state.members.count == 2)
    }

    @Test("Who does not join again in time is out, and the others go on without it")
    func rebalanceTimeout() throws {
        var group = Script()
        group.stabilize([Script.request(session: 300), Script.request(session: 300)])
        let second = group.join(Script.request("m2", session: 300, protocols: [("range", [1])]))
        group.pass(.milliseconds(59_999))
        #expect(group.isWaiting(second))
        group.pass(.milliseconds(1))
        let answer = try #require(try group.joins[second]?.get())
        #expect(answer.leaderID == "m2", "the leader was the one that did not come")
        #expect(answer.members.map(\.id) == ["m2"])
        #expect(group.heartbeat("m1") == .unknownMember)
    }

    @Test("A member whose session ends during a rebalance is not waited for")
    func sessionDuringRebalance() throws {
        var group = Script()
        group.stabilize([Script.request(), Script.request(session: 300)])
        let second = group.join(Script.request("m2", session: 300, protocols: [("range", [1])]))
        group.pass(.seconds(10))
        #expect(try group.joins[second]?.get().members.map(\.id) == ["m2"])
    }

    @Test("Who waits for a rebalance or an assignment needs no heartbeat")
    func waiting() {
        var group = Script()
        group.stabilize([Script.request(session: 300), Script.request()])
        let second = group.join(Script.request("m2", protocols: [("range", [1])]))
        group.pass(.seconds(50))
        #expect(group.isWaiting(second))
        group.join(Script.request("m1", session: 300))
        let sync = group.sync("m2")
        group.pass(.seconds(50))
        #expect(group.isWaiting(sync))
        #expect(group.state.members.count == 2)
    }

    @Test("A new member does not wait for ever: its client may be gone")
    func newMember() {
        var group = Script()
        group.stabilize([Script.request(session: 1_800, rebalance: 3_000)])
        let token = group.join(Script.request())
        group.pass(.seconds(299))
        #expect(group.isWaiting(token))
        group.pass(.seconds(1))
        #expect(group.joins[token]?.refusal == .unknownMember)
        #expect(group.state.members.count == 1)
    }

    @Test("Who does not ask for its assignment in time is out, before and after the leader's came")
    func syncTimeout() {
        for leaderSyncs in [false, true] {
            var group = Script()
            group.stabilize([Script.request(session: 300), Script.request(session: 300)])
            group.join(Script.request("m1", session: 300))
            group.join(Script.request("m2", session: 300))
            if leaderSyncs { group.sync("m1") } else { group.sync("m2") }
            group.pass(.seconds(60))
            #expect(group.state.members.ids.sorted() == [leaderSyncs ? "m1" : "m2"])
            #expect(group.state.phase == .preparingRebalance)
        }
    }

    @Test("When nobody is left the group is empty, and nothing is awaited")
    func emptied() {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        group.pass(.seconds(10))
        #expect(group.state.phase == .empty)
        #expect(group.state.deadline == nil)
    }

    @Test("A connection that closes while its join waits leaves its member until the session ends")
    func cancelledJoin() throws {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let first = group.join(Script.request("m1"))
        group.cancel(first)
        #expect(group.joins[first]?.refusal == .cancelled)
        let second = group.join(Script.request("m2"))
        #expect(group.isWaiting(second), "the first may come back")
        let back = group.join(Script.request("m1"))
        #expect(try group.joins[back]?.get().members.count == 2)
        #expect(try group.joins[second]?.get().members.count == 0)
    }

    @Test("One that does not come back is not waited for longer than its session")
    func cancelledForEver() throws {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        group.cancel(group.join(Script.request("m1")))
        let second = group.join(Script.request("m2"))
        group.pass(.seconds(10))
        #expect(try group.joins[second]?.get().members.map(\.id) == ["m2"])
    }

    @Test("A new member that was never told its id goes with its connection")
    func cancelledNew() {
        var group = Script()
        group.stabilize([Script.request()])
        let token = group.join(Script.request())
        group.cancel(token)
        #expect(group.joins[token]?.refusal == .cancelled)
        #expect(group.state.members.ids.sorted() == ["m1"])
        group.cancel(token)
        #expect(group.answerCounts[token] == 1)
    }

    @Test("A connection that closes while its sync waits leaves its member in the generation")
    func cancelledSync() throws {
        var group = Script()
        group.join(Script.request(requiresID: true))
        group.join(Script.request(requiresID: true))
        group.join(Script.request("m1"))
        group.join(Script.request("m2"))
        let sync = group.sync("m2")
        group.cancel(sync)
        #expect(group.syncs[sync]?.refusal == .cancelled)
        group.sync("m1", ["m2": [2]])
        let again = group.sync("m2")
        #expect(try group.syncs[again]?.get().assignment == [2])
    }
}
