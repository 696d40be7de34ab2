import Platform
import Testing

@testable import Broker

@Suite("Members of a consumer group that are late, lost or doubled")
struct ConsumerFencingTests {
    typealias Script = ConsumerScript

    @Test("An epoch that is not the member's is refused; the member may then join anew")
    func epochs() throws {
        var script = Script()
        try script.join("a")
        #expect(throws: GroupError.fencedEpoch) { try script.live("a", epoch: 2) }
        #expect(throws: GroupError.unknownMember) { try script.live("b", epoch: 1) }
        try script.join("b")
        try script.settle()
        #expect(throws: GroupError.fencedEpoch) { try script.live("a", epoch: 1) }
        let again = try script.join("a")
        #expect(again.epoch == 2 && again.assignment?.count == 2)
        #expect(script.group.epoch == 2)
    }

    /// The answer that told of an epoch can be lost with its connection.
    @Test("The epoch before is good as long as the member has no more than it may")
    func lostAnswer() throws {
        var script = Script()
        try script.join("a")
        try script.join("b")
        let kept = try #require(try script.live("a", owned: script.all(["t"])).assignment)
        #expect(try script.live("a", owned: kept).epoch == 2)
        #expect(throws: GroupError.fencedEpoch) { try script.live("a", epoch: 1) }
        #expect(throws: GroupError.fencedEpoch) {
            try script.live("a", epoch: 1, owned: script.all(["t"]))
        }
        let again = try script.live("a", epoch: 1, owned: kept)
        #expect(again.epoch == 2 && again.assignment == kept)
    }

    @Test("A member that says nothing for its session is out; others get what it had")
    func sessions() throws {
        var script = Script()
        try script.join("a")
        script.pass(.seconds(30))
        try script.join("b")
        script.pass(.seconds(14))
        #expect(script.group.members.keys.sorted() == ["a", "b"])
        script.pass(.seconds(1))
        #expect(script.group.members.keys.sorted() == ["b"])
        #expect(try script.live("b").assignment == script.all(["t"]))
        script.pass(.seconds(44))
        #expect(script.group.members.count == 1)
        script.pass(.seconds(1))
        #expect(script.group.isEmpty && script.group.deadline == nil)
    }

    @Test("A member that lives but does not give up in its rebalance timeout is out")
    func revocationTimeout() throws {
        var script = Script()
        try script.join("a")
        try script.join("b")
        try script.live("a", owned: script.all(["t"]))
        for _ in 0..<5 {
            script.pass(.seconds(11))
            try script.live("a", owned: script.all(["t"]))
            try script.live("b")
        }
        #expect(script.group.members.count == 2)
        script.pass(.seconds(5))
        #expect(script.group.members.keys.sorted() == ["b"])
        #expect(throws: GroupError.unknownMember) { try script.live("a", epoch: 1) }
        #expect(try script.live("b").assignment == script.all(["t"]))
    }

    @Test("A group takes as many members as it may, and keeps those that it has")
    func full() throws {
        var settings = GroupSettings()
        settings.consumerMemberCountMax = 2
        var script = Script(["t": 4], settings)
        try script.join("a", instance: "i")
        try script.join("b")
        #expect(throws: GroupError.groupFull(limit: 2)) { try script.join("c") }
        try script.live("a", owned: script.all(["t"]))
        try script.leave("a", instance: "i", forNow: true)
        try script.join("d", instance: "i")
        try script.join("b")
        #expect(script.group.members.keys.sorted() == ["b", "d"])
    }

    @Test("Positions are committed by members at their epochs, and by nobody else")
    func commits() throws {
        var script = Script()
        func check(
            _ id: String, _ epoch: Int32, transactional: Bool = false, knowsEpochs: Bool = true
        ) -> GroupError? {
            do throws(GroupError) {
                try script.group.checkCommit(
                    MemberIdentity(memberID: id), epoch: epoch, isTransactional: transactional,
                    knowsEpochs: knowsEpochs)
                return nil
            } catch {
                return error
            }
        }
        #expect(check("", -1) == nil && check("a", 1) == .unknownMember)
        try script.join("a")
        #expect(check("a", 1) == nil && check("a", 1, transactional: true) == nil)
        #expect(check("", -1) == .unknownMember && check("b", 1) == .unknownMember)
        #expect(check("a", 0) == .staleEpoch && check("a", 2) == .staleEpoch)
        #expect(check("a", 2, transactional: true) == .illegalGeneration)
        #expect(check("a", 1, knowsEpochs: false) == .olderProtocol)
    }

    @Test("Positions are shown to members at their epochs, and to those who are no members")
    func fetches() throws {
        var script = Script()
        try script.join("a")
        let group = script.group
        try group.checkFetch(memberID: nil, epoch: -1)
        try group.checkFetch(memberID: "a", epoch: 1)
        #expect(throws: GroupError.staleEpoch) { try group.checkFetch(memberID: "a", epoch: 2) }
        for id in ["b", "", nil] {
            #expect(throws: GroupError.unknownMember) {
                try group.checkFetch(memberID: id, epoch: 1)
            }
        }
    }
}
