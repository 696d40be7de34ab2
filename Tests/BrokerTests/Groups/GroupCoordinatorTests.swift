import Platform
import Synchronization
import SystemPackage
import Testing

@testable import Broker
@testable import CommitLog

@Suite("The coordinator of groups")
struct GroupCoordinatorTests {
    /// Answers to joins and syncs as they come.
    private final class Answers: Sendable {
        let joins = Monitor<[Result<JoinedGroup, GroupError>]>([])
        let syncs = Monitor<[Result<SyncedGroup, GroupError>]>([])
    }
    private let clock = ManualClock()

    /// On a log without threads.
    private func coordinator(
        _ settings: GroupSettings = GroupSettings()
    ) throws -> GroupCoordinator {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        let log = try CommitLog.open(
            "/data", SimulatedFileSystem(), clock, options, startsThreads: false)
        return try GroupCoordinator(
            log, settings: settings, clock: clock, randomness: SeededRandomness(seed: 1))
    }

    private static func request(_ group: String, _ memberID: String = "") -> GroupJoin {
        var join = GroupScript.request(memberID)
        join.group = group
        return join
    }

    private static func join(
        _ coordinator: GroupCoordinator, _ join: GroupJoin
    ) -> Result<JoinedGroup, GroupError>? {
        let answers = Answers()
        coordinator.join(join) { answer in answers.joins.withLock { $0.append(answer) } }
        return answers.joins.withLock { $0.first }
    }

    @Test("A group lives from its first member to its last, and is described meanwhile")
    func life() throws {
        let coordinator = try coordinator()
        let joined = try #require(try Self.join(coordinator, Self.request("g"))?.get())
        let answers = Answers()
        var sync = GroupSync(group: "g", generation: 1, memberID: joined.memberID)
        sync.assignments = [joined.memberID: [5]]
        coordinator.sync(sync) { answer in answers.syncs.withLock { $0.append(answer) } }
        #expect(try answers.syncs.withLock { $0 }.map { try $0.get().assignment } == [[5]])
        let overview = GroupOverview(group: "g", protocolType: "consumer", kind: .classic(.stable))
        #expect(coordinator.overviews() == ["g": overview])
        let details = try #require(try coordinator.details("g"))
        #expect(details.overview == overview && details.protocolName == "range")
        #expect(details.members.map(\.assignment) == [[5]])
        #expect(details.members.map(\.clientHost) == ["h"])
        let member = MemberIdentity(memberID: joined.memberID)
        try coordinator.heartbeat("g", member, generation: 1)
        #expect(try coordinator.leave("g", [member]).map(\.refusal) == [nil])
        #expect(coordinator.overviews().values.map(\.kind) == [.classic(.empty)])
    }

    @Test("Ids of members begin with the client's or the static member's name and differ")
    func ids() throws {
        let coordinator = try coordinator()
        let first = try #require(try Self.join(coordinator, Self.request("a"))?.get().memberID)
        let second = try #require(try Self.join(coordinator, Self.request("b"))?.get().memberID)
        #expect(first != second)
        #expect(first.hasPrefix("c-") && first.count == 2 + 36)
        var request = Self.request("c")
        request.instanceID = "i"
        #expect(try Self.join(coordinator, request)?.get().memberID.hasPrefix("i-") == true)
    }

    @Test("A join with an id that nobody was given makes no group")
    func unknown() throws {
        let coordinator = try coordinator()
        #expect(Self.join(coordinator, Self.request("g", "m"))?.refusal == .unknownMember)
        #expect(coordinator.overviews().isEmpty)
        #expect(throws: GroupError.unknownMember) {
            try coordinator.heartbeat("g", MemberIdentity(memberID: "m"), generation: 1)
        }
        let leave = try coordinator.leave("g", [MemberIdentity(memberID: "m")])
        #expect(leave.map(\.refusal) == [.unknownMember])
        let answers = Answers()
        coordinator.sync(GroupSync(group: "g", generation: 1, memberID: "m")) { answer in
            answers.syncs.withLock { $0.append(answer) }
        }
        #expect(answers.syncs.withLock { $0 }.map(\.refusal) == [.unknownMember])
    }

    @Test("Sessions are as long as the settings allow", arguments: [-1, 0, 1])
    func sessions(_ off: Int64) throws {
        let coordinator = try coordinator()
        var short = Self.request("s")
        short.sessionTimeout = .milliseconds(6_000 + off)
        let refusal = Self.join(coordinator, short)?.refusal
        #expect((refusal == nil) == (off >= 0))
        var long = Self.request("l")
        long.sessionTimeout = .milliseconds(1_800_000 + off)
        #expect((Self.join(coordinator, long)?.refusal == nil) == (off <= 0))
    }

    @Test("An id of a group has one byte or more, up to its limit")
    func groupIDs() throws {
        let coordinator = try coordinator()
        let limit = BrokerLimits.groupIDByteCountMax
        for (count, isValid) in [(0, false), (1, true), (limit, true), (limit + 1, false)] {
            let request = Self.request(String(repeating: "g", count: count))
            #expect(Self.join(coordinator, request)?.refusal == (isValid ? nil : .invalidGroupID))
        }
        #expect(throws: GroupError.invalidGroupID) { try coordinator.leave("", []) }
        #expect(throws: GroupError.invalidGroupID) {
            try coordinator.heartbeat("", MemberIdentity(memberID: ""), generation: 0)
        }
    }

    @Test("Texts and protocols of a member have limits")
    func texts() throws {
        let coordinator = try coordinator()
        let limit = BrokerLimits.groupTextByteCountMax
        for (count, isRefused) in [(limit, false), (limit + 1, true)] {
            let text = String(repeating: "x", count: count)
            var (instance, client, type) = (Self.request("i"), Self.request("c"), Self.request("t"))
            instance.instanceID = text
            client.clientID = text
            type.protocolType = text
            for request in [instance, client, type] {
                #expect((Self.join(coordinator, request)?.refusal != nil) == isRefused)
            }
        }
        let most = BrokerLimits.groupProtocolCountMax
        for (count, refusal) in [
            (most, nil),
            (
                most + 1,
                GroupError.limit(
                    name: "number of a member's protocols", found: most + 1, limit: most)
            ),
        ] {
            var request = Self.request("p\(count)")
            request.protocols = (0..<count).map { GroupProtocol(name: "\($0)", metadata: []) }
            #expect(Self.join(coordinator, request)?.refusal == refusal)
        }
    }

    @Test("So many groups are known, one more is refused until one is forgotten")
    func groupCount() throws {
        let coordinator = try coordinator()
        let limit = BrokerLimits.groupCountMax
        coordinator.directory.withLock { directory in
            for number in 1..<limit {
                directory.groups["\(number)"] = GroupSlot(
                    state: GroupState("\(number)", GroupSettings()), emptySince: 0)
            }
        }
        var pending = Self.request("pending")
        pending.requiresKnownMemberID = true
        coordinator.join(pending) { _ in }
        #expect(
            Self.join(coordinator, Self.request("one more"))?.refusal
                == .limit(name: "number of groups", found: limit + 1, limit: limit))
        // An id that was not used is forgotten with its group.
        clock.advance(by: .seconds(10))
        #expect(coordinator.tick() == nil)
        #expect(Self.join(coordinator, Self.request("one more"))?.refusal == nil)
    }

    @Test("All groups together have a limit of bytes")
    func byteCount() throws {
        let coordinator = try coordinator()
        let part = [UInt8](repeating: 0, count: BrokerLimits.groupByteCountMax / 2)
        let count = BrokerLimits.groupsByteCountMax / part.count
        var refusals: [GroupError?] = []
        for number in 0...count {
            var request = Self.request("\(number)")
            request.protocols = [GroupProtocol(name: "range", metadata: part)]
            refusals.append(Self.join(coordinator, request)?.refusal)
        }
        #expect(refusals.filter { $0 == nil }.count == count - 1, "names take room too")
        clock.advance(by: .seconds(10))
        coordinator.tick()
        #expect(coordinator.directory.withLock { $0.byteCount } == 0)
        #expect(Self.join(coordinator, Self.request("new"))?.refusal == nil)
    }

    @Test("A caller that does not wait any more is answered once, and nobody else is")
    func cancellation() throws {
        let coordinator = try coordinator()
        let joined = try #require(try Self.join(coordinator, Self.request("g"))?.get())
        let answers = Answers()
        let token = coordinator.join(Self.request("g")) { answer in
            answers.joins.withLock { $0.append(answer) }
        }
        coordinator.cancel(token)
        coordinator.cancel(token)
        #expect(answers.joins.withLock { $0 }.map(\.refusal) == [.cancelled])
        #expect(coordinator.directory.withLock { $0.callers.count } == 0)
        let again = Self.join(coordinator, Self.request("g", joined.memberID))
        #expect(try again?.get().members.count == 1)
    }

    @Test("The next time-out is told, and comes with the tick")
    func ticks() throws {
        let coordinator = try coordinator()
        #expect(coordinator.tick() == nil)
        let joined = try #require(try Self.join(coordinator, Self.request("g"))?.get())
        let due = clock.monotonic.advanced(by: .seconds(10))
        clock.advance(by: .milliseconds(9_999))
        #expect(try #require(coordinator.tick()) <= due)
        #expect(try coordinator.details("g")?.members.map(\.id) == [joined.memberID])
        clock.advance(by: .milliseconds(1))
        #expect(coordinator.tick() == nil)
        #expect(try coordinator.details("g")?.members == [])
    }
}
