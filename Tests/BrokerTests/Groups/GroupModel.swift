import Platform

@testable import Broker

/// Clients that join, sync, live, go, crash and lose their connections at random, and what has to
/// hold all the time.
struct GroupModel {
    /// One process that uses the group.
    struct Client {
        enum Stage {
            case idle
            case joining(GroupToken)
            case joined(JoinedGroup)
            case syncing(GroupToken, generation: Int32)
            case stable(generation: Int32)
        }
        let instance: String?
        let requiresID: Bool
        let protocols: [GroupProtocol]
        let session: Duration
        var id = ""
        var stage = Stage.idle
    }
    /// What the members of a generation were told.
    struct Generation {
        var protocolName: String?
        /// Who was told to assign.
        var leaders: Set<String> = []
        var assigned: [String: [UInt8]] = [:]
    }

    private(set) var state: GroupState
    private(set) var clients: [Client]
    private(set) var violations: [String] = []
    private var generations: [Int32: Generation] = [:]
    private var now = MonotonicInstant(nanoseconds: 0)
    private var generator: SeededGenerator
    private var answered: Set<UInt64> = []
    private var asked: Set<UInt64> = []
    private var nextToken: UInt64 = 0
    private var nextID = 0

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var settings = GroupSettings()
        settings.memberCountMax = 6
        settings.initialRebalanceDelay = .seconds(Int64.random(in: 0...3, using: &generator))
        state = GroupState("g", settings)
        clients = (0..<5).map { index in
            let names = index % 2 == 0 ? ["range", "sticky"] : ["sticky", "range"]
            return Client(
                instance: index % 3 == 0 ? "i\(index)" : nil,
                requiresID: Bool.random(using: &generator),
                protocols: names.map { GroupProtocol(name: $0, metadata: [UInt8(index)]) },
                session: .seconds(Int64.random(in: 6...12, using: &generator)))
        }
        self.generator = generator
    }

    // MARK: Steps

    mutating func randomStep() {
        let index = Int.random(in: clients.indices, using: &generator)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: crash(index)
        case 1: leave(index)
        case 2: disconnect(index)
        case 3: pass(.seconds(Int64.random(in: 1...4, using: &generator)))
        case 4: pass(.seconds(Int64.random(in: 5...40, using: &generator)))
        case 5: clients[index].stage = .idle  // It joins again without being asked to.
        default: proceed(index)
        }
    }

    /// A well-behaved client does what comes next.
    mutating func proceed(_ index: Int) {
        switch clients[index].stage {
        case .idle: join(index)
        case .joining, .syncing: return
        case .joined(let answer): sync(index, answer)
        case .stable(let generation): heartbeat(index, generation)
        }
    }

    mutating func leave(_ index: Int) {
        let client = clients[index]
        if !client.id.isEmpty {
            try? state.leave(
                MemberIdentity(memberID: client.id, instanceID: client.instance), now: now)
        }
        collect()
        clients[index].stage = .idle
        clients[index].id = ""
    }

    mutating func pass(_ duration: Duration) {
        now = now.advanced(by: duration)
        _ = state.tick(now: now)
        collect()
    }

    private mutating func crash(_ index: Int) {
        disconnect(index)
        clients[index].stage = .idle
        clients[index].id = ""
    }

    private mutating func disconnect(_ index: Int) {
        switch clients[index].stage {
        case .joining(let token), .syncing(let token, _): state.cancel(token, now: now)
        case .idle, .joined, .stable: break
        }
        collect()
        clients[index].stage = .idle
    }

    private mutating func join(_ index: Int) {
        let client = clients[index]
        var join = GroupJoin(
            group: "g", sessionTimeout: client.session, rebalanceTimeout: .seconds(20),
            protocolType: "consumer", protocols: client.protocols)
        join.memberID = client.id
        join.instanceID = client.instance
        join.requiresKnownMemberID = client.requiresID
        join.canSkipAssignment = client.requiresID
        nextID += 1
        let token = makeToken()
        clients[index].stage = .joining(token)
        state.join(join, freshID: "m\(nextID)", token, now: now)
        collect()
    }

    private mutating func sync(_ index: Int, _ answer: JoinedGroup) {
        var sync = GroupSync(
            group: "g", generation: answer.generation, memberID: answer.memberID)
        sync.instanceID = clients[index].instance
        if answer.leaderID == answer.memberID, !answer.skipsAssignment {
            for member in answer.members {
                sync.assignments[member.id] = Array(
                    "\(answer.generation) \(member.instanceID ?? member.id)".utf8)
            }
        }
        let token = makeToken()
        clients[index].stage = .syncing(token, generation: answer.generation)
        state.sync(sync, token, now: now)
        collect()
    }

    private mutating func heartbeat(_ index: Int, _ generation: Int32) {
        let client = clients[index]
        let member = MemberIdentity(memberID: client.id, instanceID: client.instance)
        do throws(GroupError) {
            try state.heartbeat(member, generation: generation, now: now)
        } catch {
            refuse(index, error)
        }
        collect()
    }

    // MARK: Answers

    private mutating func collect() {
        for answer in state.takeAnswers() {
            if !asked.contains(answer.token.number)
                || !answered.insert(answer.token.number).inserted
            {
                violations.append("token \(answer.token.number) is answered twice")
            }
            guard let index = clients.firstIndex(where: { $0.stage.token == answer.token }) else {
                continue
            }
            switch answer {
            case .joined(_, .success(let joined)): take(index, joined)
            case .synced(_, .success(let synced)): take(index, synced)
            case .joined(_, .failure(let error)), .synced(_, .failure(let error)):
                refuse(index, error)
            }
        }
        check()
    }

    private mutating func take(_ index: Int, _ joined: JoinedGroup) {
        clients[index].id = joined.memberID
        clients[index].stage = .joined(joined)
        var generation = generations[joined.generation] ?? Generation()
        if let known = generation.protocolName, known != joined.protocolName {
            violations.append("generation \(joined.generation) has two protocols")
        }
        generation.protocolName = joined.protocolName
        if joined.leaderID == joined.memberID, !joined.skipsAssignment {
            generation.leaders.insert(joined.memberID)
            if generation.leaders.count > 1 {
                violations.append("generation \(joined.generation) has two leaders")
            }
            if !joined.members.contains(where: { $0.id == joined.memberID }) {
                violations.append("the leader of generation \(joined.generation) is no member")
            }
        } else if !joined.members.isEmpty, !joined.skipsAssignment {
            violations.append("a follower was told the members")
        }
        generations[joined.generation] = generation
    }

    private mutating func take(_ index: Int, _ synced: SyncedGroup) {
        guard case .syncing(_, let generation) = clients[index].stage else { return }
        let expected = Array("\(generation) \(clients[index].instance ?? clients[index].id)".utf8)
        if synced.assignment != expected {
            violations.append(
                "\(clients[index].id) got \(String(decoding: synced.assignment, as: UTF8.self)) "
                    + "in generation \(generation)")
        }
        clients[index].stage = .stable(generation: generation)
    }

    private mutating func refuse(_ index: Int, _ error: GroupError) {
        clients[index].stage = .idle
        switch error {
        case .memberIDRequired(let id): clients[index].id = id
        case .rebalanceInProgress, .cancelled: break
        case .illegalGeneration, .unknownMember, .groupFull, .fencedInstance:
            clients[index].id = ""
        default: violations.append("unexpected refusal: \(error)")
        }
    }

    private mutating func makeToken() -> GroupToken {
        nextToken += 1
        asked.insert(nextToken)
        return GroupToken(group: "g", number: nextToken)
    }

    // MARK: Invariants

    /// Tokens that were neither answered nor wait.
    var forgotten: Int {
        let waiting = state.members.values.reduce(0) {
            $0 + ($1.joining == nil ? 0 : 1) + ($1.syncing == nil ? 0 : 1)
        }
        return asked.count - answered.count - waiting
    }

    private mutating func check() {
        let members = state.members
        func expect(_ isTrue: Bool, _ text: String) { if !isTrue { violations.append(text) } }
        expect(forgotten == 0, "\(forgotten) callers are forgotten")
        expect(
            members.joiningCount == members.values.count { $0.joining != nil }, "wrong joiningCount"
        )
        expect(
            members.byteCount == members.values.reduce(0) { $0 + $1.byteCount }, "wrong byteCount")
        expect((state.preparation != nil) == (state.phase == .preparingRebalance), "preparation")
        switch state.phase {
        case .empty: expect(members.isEmpty, "an empty group has members")
        case .preparingRebalance: break
        case .completingRebalance, .stable:
            expect(state.leaderID.map { members[$0] != nil } ?? false, "no leader")
            expect(members.candidates.contains(state.protocolName ?? ""), "protocol not common")
        }
        for member in members.values {
            guard let end = member.deadline else { continue }
            expect(state.deadline.map { $0 <= end } ?? false, "a session's end is not awaited")
        }
        for end in [state.syncEnd, state.preparation?.end].compactMap({ $0 }) {
            expect(state.deadline.map { $0 <= end } ?? false, "a time-out is not awaited")
        }
    }
}

extension GroupModel.Client.Stage {
    fileprivate var token: GroupToken? {
        switch self {
        case .joining(let token), .syncing(let token, _): token
        case .idle, .joined, .stable: nil
        }
    }
}
