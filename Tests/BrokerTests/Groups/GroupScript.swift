import Platform
import Testing

@testable import Broker

/// A group and its clients, event by event.
struct GroupScript {
    var state: GroupState
    var now = MonotonicInstant(nanoseconds: 0)
    private(set) var joins: [UInt64: Result<JoinedGroup, GroupError>] = [:]
    private(set) var syncs: [UInt64: Result<SyncedGroup, GroupError>] = [:]
    private var nextToken: UInt64 = 0
    private var nextID = 0
    /// Called once for each answer: how many there were for each token.
    private(set) var answerCounts: [UInt64: Int] = [:]

    init(_ settings: GroupSettings = GroupSettings()) {
        state = GroupState("g", settings)
    }

    static func request(
        _ memberID: String = "", instance: String? = nil, session: Int64 = 10,
        rebalance: Int64 = 60, type: String = "consumer",
        protocols: [(String, [UInt8])] = [("range", [])], requiresID: Bool = false,
        skips: Bool = true
    ) -> GroupJoin {
        var join = GroupJoin(
            group: "g", sessionTimeout: .seconds(session), rebalanceTimeout: .seconds(rebalance),
            protocolType: type,
            protocols: protocols.map { GroupProtocol(name: $0.0, metadata: $0.1) })
        join.memberID = memberID
        join.instanceID = instance
        join.requiresKnownMemberID = requiresID
        join.canSkipAssignment = skips
        join.clientID = "c"
        join.clientHost = "h"
        return join
    }

    /// Joins; a member without an id gets "m1", "m2" ….
    @discardableResult
    mutating func join(_ request: GroupJoin) -> UInt64 {
        let token = makeToken()
        if request.memberID.isEmpty { nextID += 1 }
        state.join(request, freshID: "m\(nextID)", token, now: now)
        collect()
        return token.number
    }

    @discardableResult
    mutating func sync(
        _ memberID: String, generation: Int32? = nil, instance: String? = nil,
        type: String? = nil, name: String? = nil, _ assignments: [String: [UInt8]] = [:]
    ) -> UInt64 {
        var sync = GroupSync(
            group: "g", generation: generation ?? state.generation, memberID: memberID)
        sync.instanceID = instance
        sync.protocolType = type
        sync.protocolName = name
        sync.assignments = assignments
        let token = makeToken()
        state.sync(sync, token, now: now)
        collect()
        return token.number
    }

    /// The refusal of a heartbeat.
    mutating func heartbeat(
        _ memberID: String, generation: Int32? = nil, instance: String? = nil
    ) -> GroupError? {
        let member = MemberIdentity(memberID: memberID, instanceID: instance)
        defer { collect() }
        do throws(GroupError) {
            try state.heartbeat(member, generation: generation ?? state.generation, now: now)
            return nil
        } catch {
            return error
        }
    }

    mutating func leave(_ memberID: String, instance: String? = nil) -> GroupError? {
        defer { collect() }
        do throws(GroupError) {
            try state.leave(MemberIdentity(memberID: memberID, instanceID: instance), now: now)
            return nil
        } catch {
            return error
        }
    }

    mutating func commit(
        _ memberID: String, generation: Int32? = nil, instance: String? = nil,
        isTransactional: Bool = false
    ) -> GroupError? {
        let member = MemberIdentity(memberID: memberID, instanceID: instance)
        do throws(GroupError) {
            try state.checkCommit(
                member, generation: generation ?? state.generation,
                isTransactional: isTransactional, now: now)
            return nil
        } catch {
            return error
        }
    }

    mutating func cancel(_ token: UInt64) {
        state.cancel(GroupToken(group: "g", number: token), now: now)
        collect()
    }

    /// Lets time pass, in one step.
    mutating func pass(_ duration: Duration) {
        now = now.advanced(by: duration)
        _ = state.tick(now: now)
        collect()
    }

    /// Joins so many members and brings their assignments: "m1" leads.
    mutating func stabilize(_ requests: [GroupJoin]) {
        for request in requests { join(request) }
        // All but the last are asked to join again.
        if state.phase == .preparingRebalance {
            for (index, request) in requests.enumerated().dropLast() {
                var again = request
                again.memberID = "m\(index + 1)"
                join(again)
            }
        }
        let all = requests.indices.map { "m\($0 + 1)" }
        for (id, request) in zip(all, requests).reversed() {
            let parts = Dictionary(uniqueKeysWithValues: all.map { ($0, Array($0.utf8)) })
            sync(id, instance: request.instanceID, id == state.leaderID ? parts : [:])
        }
        precondition(state.phase == .stable, "\(state.phase)")
    }

    func isWaiting(_ token: UInt64) -> Bool { answerCounts[token] == nil }

    private mutating func makeToken() -> GroupToken {
        nextToken += 1
        return GroupToken(group: "g", number: nextToken)
    }

    private mutating func collect() {
        for answer in state.takeAnswers() {
            answerCounts[answer.token.number, default: 0] += 1
            switch answer {
            case .joined(let token, let result): joins[token.number] = result
            case .synced(let token, let result): syncs[token.number] = result
            }
        }
    }
}

extension Result where Failure == GroupError {
    /// The refusal, if it is one.
    var refusal: GroupError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
