import Platform
import Testing

@testable import Broker

@Suite("Members of a group join")
struct GroupJoinTests {
    private typealias Script = GroupScript

    @Test("The first member leads a generation of its own at once")
    func first() throws {
        var group = Script()
        let token = group.join(Script.request(protocols: [("range", [1]), ("sticky", [2])]))
        let answer = try #require(try group.joins[token]?.get())
        #expect(
            answer
                == JoinedGroup(
                    generation: 1, protocolType: "consumer", protocolName: "range",
                    leaderID: "m1", memberID: "m1",
                    members: [JoinedGroup.Member(id: "m1", instanceID: nil, metadata: [1])]))
        #expect(group.state.phase == .completingRebalance)
    }

    @Test("A member without an id is sent back with one, and joins with it (KIP-394)")
    func idRequired() throws {
        var group = Script()
        let first = group.join(Script.request(requiresID: true))
        #expect(group.joins[first]?.refusal == .memberIDRequired("m1"))
        #expect(group.state.phase == .empty)
        let second = group.join(Script.request("m1", requiresID: true))
        #expect(try group.joins[second]?.get().memberID == "m1")
    }

    @Test("An id that was given out and not used is forgotten after the session's time")
    func pendingExpires() {
        var group = Script()
        group.join(Script.request(requiresID: true))
        group.pass(.seconds(10))
        #expect(group.state.isUnused)
        let late = group.join(Script.request("m1", requiresID: true))
        #expect(group.joins[late]?.refusal == .unknownMember)
    }

    @Test("Members that were given ids are waited for, so that they begin together")
    func together() throws {
        var group = Script()
        group.join(Script.request(requiresID: true))
        group.join(Script.request(requiresID: true))
        let first = group.join(Script.request("m1"))
        #expect(group.isWaiting(first))
        let second = group.join(Script.request("m2"))
        #expect(try group.joins[first]?.get().members.map(\.id) == ["m1", "m2"])
        #expect(try group.joins[second]?.get().members == [])
        #expect(try group.joins[second]?.get().leaderID == "m1")
    }

    @Test("One that never comes back with its id holds the first members up for seconds only")
    func ghost() throws {
        var group = Script()
        group.join(Script.request(requiresID: true))
        let token = group.join(Script.request())
        #expect(group.isWaiting(token))
        group.pass(.seconds(3))
        #expect(try group.joins[token]?.get().generation == 1)
    }

    @Test("A second member makes the first one join again; only the leader gets the list")
    func second() throws {
        var group = Script()
        group.stabilize([Script.request(protocols: [("range", [1])])])
        let second = group.join(Script.request(protocols: [("range", [2])]))
        #expect(group.isWaiting(second))
        #expect(group.state.phase == .preparingRebalance)
        #expect(group.heartbeat("m1") == .rebalanceInProgress)
        let first = group.join(Script.request("m1", protocols: [("range", [1])]))
        #expect(try group.joins[first]?.get().members.map(\.metadata) == [[1], [2]])
        #expect(try group.joins[first]?.get().generation == 2)
        #expect(try group.joins[second]?.get().members == [])
        #expect(try group.joins[second]?.get().leaderID == "m1")
    }

    @Test("With a delay, an empty group waits for members, longer while they come")
    func initialDelay() throws {
        var settings = GroupSettings()
        settings.initialRebalanceDelay = .seconds(3)
        var group = Script(settings)
        let first = group.join(Script.request(rebalance: 5))
        group.pass(.seconds(2))
        let second = group.join(Script.request(rebalance: 5))
        group.pass(.seconds(1))
        #expect(group.isWaiting(first) && group.isWaiting(second))
        group.pass(.seconds(2))
        #expect(try group.joins[first]?.get().members.count == 2, "the rebalance timeout is over")
    }

    @Test("With a delay and nobody else, the member waits that long")
    func initialDelayAlone() throws {
        var settings = GroupSettings()
        settings.initialRebalanceDelay = .seconds(3)
        var group = Script(settings)
        let first = group.join(Script.request())
        group.pass(.milliseconds(2_999))
        #expect(group.isWaiting(first))
        group.pass(.milliseconds(1))
        #expect(try group.joins[first]?.get().generation == 1)
    }

    /// Sources: ClassicGroup.selectProtocol; ties go the leader's way here.
    @Test(
        "The protocol is one that all support and most prefer",
        arguments: [
            ([["range"], ["range"]], "range"),
            ([["range", "sticky"], ["sticky", "range"], ["sticky", "range"]], "sticky"),
            ([["range", "sticky"], ["sticky"]], "sticky"),
            ([["sticky", "range"], ["range", "sticky"]], "sticky"),
        ])
    func selection(_ names: [[String]], _ chosen: String) {
        var group = Script()
        group.stabilize(names.map { Script.request(protocols: $0.map { ($0, []) }) })
        #expect(group.state.protocolName == chosen)
    }

    @Test(
        "A member that has no protocol in common, or is of another type, is refused",
        arguments: [
            Script.request(protocols: [("other", [])]), Script.request(type: "connect"),
            Script.request(type: ""), Script.request(protocols: []),
        ])
    func inconsistent(_ request: GroupJoin) {
        var group = Script()
        group.stabilize([Script.request()])
        let token = group.join(request)
        #expect(group.joins[token]?.refusal == .inconsistentProtocol)
        #expect(group.state.phase == .stable)
    }

    @Test("A protocol that a member names twice counts once")
    func repeated() {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let token = group.join(Script.request(protocols: [("x", []), ("x", []), ("x", [])]))
        #expect(group.joins[token]?.refusal == .inconsistentProtocol)
    }

    @Test("A follower that joins again as it was gets the present generation; a leader does not")
    func again() throws {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let generation = group.state.generation
        let follower = group.join(Script.request("m2"))
        #expect(try group.joins[follower]?.get().generation == generation)
        #expect(try group.joins[follower]?.get().members == [])
        #expect(group.state.phase == .stable)
        let leader = group.join(Script.request("m1"))
        #expect(group.isWaiting(leader))
        #expect(group.state.phase == .preparingRebalance)
    }

    @Test("A follower whose metadata have changed begins a rebalance")
    func changed() {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let token = group.join(Script.request("m2", protocols: [("range", [9])]))
        #expect(group.isWaiting(token))
        #expect(group.state.phase == .preparingRebalance)
    }

    @Test("While the leader assigns, who joins again as it was is told the same once more")
    func againWhileCompleting() throws {
        var group = Script()
        group.join(Script.request())
        let leader = group.join(Script.request("m1"))
        #expect(try group.joins[leader]?.get().generation == 1)
        #expect(try group.joins[leader]?.get().members.count == 1)
        let changed = group.join(Script.request("m1", protocols: [("range", [7])]))
        #expect(try group.joins[changed]?.get().generation == 2)
    }

    @Test("A member that the group does not have is refused", arguments: ["m9", "x"])
    func unknown(_ id: String) {
        var group = Script()
        group.stabilize([Script.request()])
        let token = group.join(Script.request(id))
        #expect(group.joins[token]?.refusal == .unknownMember)
        #expect(group.state.phase == .stable)
    }

    @Test("A second join in one member's name takes the place of the first, which is answered")
    func superseded() throws {
        var group = Script()
        group.stabilize([Script.request(), Script.request()])
        let first = group.join(Script.request("m1"))
        let second = group.join(Script.request("m1"))
        #expect(group.joins[first]?.refusal == .rebalanceInProgress)
        #expect(group.isWaiting(second))
        group.join(Script.request("m2"))
        #expect(try group.joins[second]?.get().members.count == 2)
    }

    @Test("Members up to the limit are let in, one more is not", arguments: [1, 2, 3])
    func limit(_ limit: Int) {
        var settings = GroupSettings()
        settings.memberCountMax = limit
        var group = Script(settings)
        group.stabilize((0..<limit).map { _ in Script.request() })
        let token = group.join(Script.request())
        #expect(group.joins[token]?.refusal == .groupFull(limit: limit))
        #expect(group.state.members.count == limit)
        #expect(group.leave("m\(limit)") == nil)
        let successor = group.join(Script.request())
        #expect(group.joins[successor]?.refusal == nil)
    }

    @Test("During a rebalance a successor is let in, and the last to join again is left out")
    func limitWhilePreparing() {
        var settings = GroupSettings()
        settings.memberCountMax = 2
        var group = Script(settings)
        group.stabilize([Script.request(), Script.request()])
        group.join(Script.request("m1"))
        let successor = group.join(Script.request())
        #expect(group.isWaiting(successor))
        let late = group.join(Script.request("m2"))
        #expect(group.joins[late]?.refusal == .groupFull(limit: 2))
        group.pass(.seconds(60))
        #expect(group.state.members.count == 2)
    }

    @Test("Ids that wait to be used have the same limit")
    func pendingLimit() {
        var settings = GroupSettings()
        settings.memberCountMax = 2
        var group = Script(settings)
        for _ in 0..<2 { group.join(Script.request(requiresID: true)) }
        let token = group.join(Script.request(requiresID: true))
        #expect(group.joins[token]?.refusal == .groupFull(limit: 2))
        #expect(group.state.pending.count == 2)
    }

    @Test("The bytes of a group's members have a limit", arguments: [-1, 0, 1])
    func bytes(_ over: Int) {
        var group = Script()
        // Beside the metadata: names of client (twice: its id begins with it), host, protocol.
        let rest = Script.request().byteCount
        let bytes = [UInt8](repeating: 0, count: BrokerLimits.groupByteCountMax - rest + over)
        let token = group.join(Script.request(protocols: [("range", bytes)]))
        let limit = BrokerLimits.groupByteCountMax
        let refusal = GroupError.limit(
            name: "size of the group in bytes", found: limit + 1, limit: limit)
        #expect(group.joins[token]?.refusal == (over > 0 ? refusal : nil))
    }
}
