import Platform
import Testing

@testable import Broker

@Suite("Members of a group get their assignments, live and go")
struct GroupSyncTests {
    private typealias Script = GroupScript

    /// A group whose members have joined and not yet asked for their assignments.
    private static func completing(_ count: Int) -> Script {
        var group = Script()
        for _ in 0..<count { group.join(Script.request(requiresID: true)) }
        for index in 1...count { group.join(Script.request("m\(index)")) }
        precondition(group.state.phase == .completingRebalance)
        return group
    }

    @Test("Followers wait for the leader, and each gets what the leader gives it")
    func assignments() throws {
        var group = Self.completing(3)
        let second = group.sync("m2")
        #expect(group.isWaiting(second))
        let first = group.sync("m1", ["m1": [1], "m2": [2], "m7": [7]])
        #expect(try group.syncs[first]?.get().assignment == [1])
        #expect(try group.syncs[second]?.get().assignment == [2])
        #expect(try group.syncs[second]?.get().protocolName == "range")
        let third = group.sync("m3")
        #expect(try group.syncs[third]?.get().assignment == [], "the leader gave it nothing")
        #expect(group.state.phase == .stable)
        let again = group.sync("m2", ["m2": [9]])
        #expect(try group.syncs[again]?.get().assignment == [2])
    }

    @Test("A follower that brings assignments changes nothing")
    func follower() {
        var group = Self.completing(2)
        let token = group.sync("m2", ["m1": [6], "m2": [6]])
        #expect(group.isWaiting(token))
        #expect(group.state.phase == .completingRebalance)
    }

    /// Source: GroupCoordinator.validateSyncGroup.
    @Test("A sync that does not fit the group is refused")
    func refusals() {
        var group = Self.completing(2)
        let refusals: [(UInt64, GroupError)] = [
            (group.sync("m9"), .unknownMember),
            (group.sync("m1", generation: 0), .illegalGeneration),
            (group.sync("m1", generation: 2), .illegalGeneration),
            (group.sync("m1", instance: "i"), .unknownMember),
            (group.sync("m1", type: "connect"), .inconsistentProtocol),
            (group.sync("m1", name: "sticky"), .inconsistentProtocol),
        ]
        for (token, error) in refusals { #expect(group.syncs[token]?.refusal == error) }
        let fitting = group.sync("m2", type: "consumer", name: "range")
        #expect(group.isWaiting(fitting))
        #expect(group.state.phase == .completingRebalance)
    }

    @Test("A rebalance sends those away who wait for assignments")
    func rebalanceDuringSync() {
        var group = Self.completing(2)
        let waiting = group.sync("m2")
        group.join(Script.request())
        #expect(group.syncs[waiting]?.refusal == .rebalanceInProgress)
        let late = group.sync("m1", ["m1": [1]])
        #expect(group.syncs[late]?.refusal == .rebalanceInProgress)
    }

    @Test("A second sync in a member's name takes the place of the first, which is answered")
    func superseded() throws {
        var group = Self.completing(2)
        let first = group.sync("m2")
        let second = group.sync("m2")
        #expect(group.syncs[first]?.refusal == .rebalanceInProgress)
        group.sync("m1", ["m2": [2]])
        #expect(try group.syncs[second]?.get().assignment == [2])
    }

    @Test("The bytes of assignments count for the group's limit")
    func assignmentLimit() {
        var group = Self.completing(1)
        let limit = BrokerLimits.groupByteCountMax
        let room = limit - group.state.members.byteCount
        let token = group.sync("m1", ["m1": [UInt8](repeating: 0, count: room + 1)])
        #expect(
            group.syncs[token]?.refusal
                == .limit(name: "size of the group in bytes", found: limit + 1, limit: limit))
        let fitting = group.sync("m1", ["m1": [UInt8](repeating: 0, count: room)])
        #expect(group.syncs[fitting]?.refusal == nil)
        #expect(group.state.members.byteCount == limit)
    }

    /// A phase, and what heartbeat, commit and transactional commit of a member say in it.
    private static let phases: [(GroupPhase, GroupError?, GroupError?, GroupError?)] = [
        (.preparingRebalance, .rebalanceInProgress, nil, nil),
        (.completingRebalance, nil, .rebalanceInProgress, nil),
        (.stable, nil, nil, nil),
    ]

    private static func group(in phase: GroupPhase) -> Script {
        var group = Self.completing(2)
        if phase == .completingRebalance { return group }
        group.sync("m1")
        group.sync("m2")
        if phase == .preparingRebalance { group.join(Script.request()) }
        precondition(group.state.phase == phase)
        return group
    }

    /// Sources: GroupCoordinator.handleHeartbeat, doCommitOffsets, doTxnCommitOffsets.
    @Test("Heartbeats and commits of a member depend on what the group does")
    func phasesOfMembers() {
        for (phase, heartbeat, commit, transactional) in Self.phases {
            var group = Self.group(in: phase)
            #expect(group.heartbeat("m1") == heartbeat, "\(phase)")
            #expect(group.commit("m1") == commit, "\(phase)")
            #expect(group.commit("m1", isTransactional: true) == transactional, "\(phase)")
        }
    }

    /// Source: GroupCoordinator.validateOffsetCommit.
    @Test("Heartbeats and commits of others are refused, whatever the group does")
    func refusalsOfOthers() {
        for phase in [GroupPhase.preparingRebalance, .completingRebalance, .stable] {
            var group = Self.group(in: phase)
            let generation = group.state.generation
            #expect(group.heartbeat("m9") == .unknownMember)
            #expect(group.heartbeat("") == .unknownMember)
            #expect(group.heartbeat("m1", generation: generation - 1) == .illegalGeneration)
            #expect(group.heartbeat("m1", instance: "i") == .unknownMember)
            for isTransactional in [false, true] {
                #expect(group.commit("m9", isTransactional: isTransactional) == .unknownMember)
                #expect(
                    group.commit("m1", generation: -1, isTransactional: isTransactional)
                        == .illegalGeneration)
                #expect(
                    group.commit("m1", generation: 9, isTransactional: isTransactional)
                        == .illegalGeneration)
            }
            #expect(group.commit("", generation: -1) == .unknownMember)
            #expect(group.commit("", generation: -1, isTransactional: true) == nil)
        }
    }

    @Test("An empty group takes commits of programs that assign partitions themselves")
    func simpleConsumers() {
        var group = Script()
        #expect(group.commit("", generation: -1) == nil)
        #expect(group.commit("m1", generation: -1) == nil)
        #expect(group.commit("m1", generation: 0) == .unknownMember)
        #expect(group.heartbeat("m1", generation: 0) == .unknownMember)
        let token = group.sync("m1", generation: 0)
        #expect(group.syncs[token]?.refusal == .unknownMember)
        #expect(group.leave("m1") == .unknownMember)
        #expect(group.leave("") == .unknownMember)
    }

    @Test("A member that goes makes the others join again; the last one leaves the group empty")
    func leave() throws {
        var group = Self.group(in: .stable)
        #expect(group.leave("m1") == nil)
        #expect(group.leave("m1") == .unknownMember)
        #expect(group.state.phase == .preparingRebalance)
        let second = group.join(Script.request("m2"))
        #expect(try group.joins[second]?.get().leaderID == "m2")
        #expect(group.leave("m2") == nil)
        #expect(group.state.phase == .empty)
        #expect(group.state.members.isEmpty && group.state.members.byteCount == 0)
        #expect(group.state.generation == 3)
    }

    @Test("A member that goes while it waits is answered; those who waited for it go on")
    func leaveWhileWaiting() throws {
        var group = Self.group(in: .preparingRebalance)
        let second = group.join(Script.request("m2"))
        #expect(group.leave("m2") == nil)
        #expect(group.joins[second]?.refusal == .unknownMember)
        let first = group.join(Script.request("m1"))
        #expect(try group.joins[first]?.get().members.map(\.id) == ["m1", "m3"])
        let waiting = group.sync("m3")
        #expect(group.leave("m3") == nil)
        #expect(group.syncs[waiting]?.refusal == .unknownMember)
    }

    @Test("An id that was given out can be given back")
    func leavePending() throws {
        var group = Script()
        group.join(Script.request(requiresID: true))
        let token = group.join(Script.request())
        #expect(group.isWaiting(token))
        #expect(group.leave("m1") == nil)
        #expect(try group.joins[token]?.get().generation == 1)
    }
}
