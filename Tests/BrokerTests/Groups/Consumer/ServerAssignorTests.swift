import Platform
import Testing

@testable import Broker

@Suite("Assignors of consumer groups")
struct ServerAssignorTests {
    private static func id(_ name: String) -> TopicID { ConsumerScript.id(name) }

    /// Members are in the order in which they came.
    private static func problem(
        _ readers: [(id: String, topics: [String])], _ counts: [String: Int32],
        _ previous: [String: PartitionSet] = [:]
    ) -> ServerAssignor.Problem {
        var interests: [[String]: Int] = [:]
        for reader in readers where interests[reader.topics] == nil {
            interests[reader.topics] = interests.count
        }
        return ServerAssignor.Problem(
            members: readers.map { .init(id: $0.id, interest: interests[$0.topics] ?? 0) },
            topics: Dictionary(
                uniqueKeysWithValues: interests.map { ($1, $0.map(id).sorted()) }),
            partitionCounts: Dictionary(uniqueKeysWithValues: counts.map { (id($0), $1) }),
            previous: previous)
    }

    private static func all(_ counts: [String: Int32]) -> PartitionSet {
        ConsumerScript(counts).all(Array(counts.keys))
    }

    private static func moved(
        _ before: [String: PartitionSet], _ after: [String: PartitionSet]
    ) -> Int {
        before.reduce(0) { count, entry in
            count + entry.value.subtracting(after[entry.key] ?? PartitionSet()).count
        }
    }

    /// What an assignment has to be in any case.
    private static func violations(
        _ shares: [String: PartitionSet], _ problem: ServerAssignor.Problem
    ) -> [String] {
        var violations: [String] = []
        var seen = PartitionSet()
        for member in problem.members {
            let share = shares[member.id] ?? PartitionSet()
            if !share.isDisjoint(with: seen) { violations.append("\(member.id) shares") }
            let own = Set(problem.topics[member.interest] ?? [])
            for topic in share.topics where !own.contains(topic.id) {
                violations.append("\(member.id) does not read \(topic.id)")
            }
            seen = seen.union(share)
        }
        let wanted = PartitionSet(
            problem.readers.keys.map { ($0, Array(0..<(problem.partitionCounts[$0] ?? 0))) })
        if seen != wanted { violations.append("\(seen) is not \(wanted)") }
        return violations
    }

    @Test("Equal readers get equal shares, and what moves is no more than has to")
    func uniform() {
        let counts: [String: Int32] = ["t": 7, "u": 5]
        var previous: [String: PartitionSet] = [:]
        var readers: [(id: String, topics: [String])] = []
        // Members come one by one: each makes the others give up what they have too much.
        for count in 1...15 {
            readers.append(("m\(count)", ["t", "u"]))
            let problem = Self.problem(readers, counts, previous)
            let shares = ServerAssignor.uniform.assign(problem)
            #expect(Self.violations(shares, problem) == [])
            let sizes = shares.values.map(\.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            #expect(Self.moved(previous, shares) == (count == 1 ? 0 : shares["m\(count)"]?.count))
            previous = shares
        }
        // One goes: only what it had moves.
        readers.removeFirst()
        previous["m1"] = nil
        let shares = ServerAssignor.uniform.assign(Self.problem(readers, counts, previous))
        #expect(Self.moved(previous, shares) == 0)
    }

    @Test("A member that gives up keeps some of every topic")
    func everyTopic() {
        let counts: [String: Int32] = ["t": 4, "u": 4]
        let shares = ServerAssignor.uniform.assign(
            Self.problem(
                [("a", ["t", "u"]), ("b", ["t", "u"])], counts, ["a": Self.all(counts)]))
        for share in shares.values {
            #expect(share.topics.map(\.partitions.count) == [2, 2])
        }
    }

    @Test("Partitions and topics that are gone are nobody's; new ones go to who has least")
    func changes() {
        let before = [
            "a": ConsumerScript.set(["t": [0, 1, 2], "u": [0]]),
            "b": ConsumerScript.set(["t": [3, 4, 5]]),
        ]
        let problem = Self.problem([("a", ["t"]), ("b", ["t"])], ["t": 4], before)
        let shares = ServerAssignor.uniform.assign(problem)
        #expect(Self.violations(shares, problem) == [])
        #expect(shares.values.map(\.count) == [2, 2])
        #expect(shares["b"]?.contains(3, of: Self.id("t")) == true)
    }

    @Test("Readers of different topics come to loads as equal as these allow")
    func levelled() {
        let counts: [String: Int32] = ["t": 6, "u": 3, "v": 1]
        let readers = [("a", ["t", "u"]), ("b", ["t"]), ("c", ["u", "v"])]
        let first = Self.problem(
            readers, counts, ["a": ConsumerScript.set(["t": [0, 1, 2, 3, 4, 5]])])
        let shares = ServerAssignor.uniform.assign(first)
        #expect(Self.violations(shares, first) == [])
        #expect(shares.values.map(\.count).sorted() == [3, 3, 4])
        // What is level stays as it is.
        let again = ServerAssignor.uniform.assign(Self.problem(readers, counts, shares))
        #expect(again == shares)
    }

    @Test(
        "Whoever reads what: every partition has one reader, and no move would level more",
        arguments: 0..<40 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<5).map { "t\($0)" }
        var previous: [String: PartitionSet] = [:]
        for _ in 0..<6 {
            let counts = Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, Int32.random(in: 1...9, using: &generator))
                })
            let readers = (0..<Int.random(in: 1...6, using: &generator)).map { number in
                ("m\(number)", names.filter { _ in Bool.random(using: &generator) })
            }
            let problem = Self.problem(readers, counts, previous)
            for assignor in ServerAssignor.allCases {
                let shares = assignor.assign(problem)
                #expect(Self.violations(shares, problem) == [], "\(assignor), seed \(seed)")
            }
            previous = ServerAssignor.uniform.assign(problem)
            for (topic, readers) in problem.readers {
                let loads = readers.map { previous[problem.members[$0].id]?.count ?? 0 }
                let holders = readers.filter {
                    previous[problem.members[$0].id]?.byTopic[topic] != nil
                }.map { previous[problem.members[$0].id]?.count ?? 0 }
                #expect((holders.max() ?? 0) - (loads.min() ?? 0) <= 1, "seed \(seed)")
            }
        }
    }

    @Test("Ranges are neighbours, in the order in which members came")
    func ranges() {
        let shares = ServerAssignor.range.assign(
            Self.problem(
                [("z", ["t", "u"]), ("a", ["t", "u"]), ("b", ["t"])], ["t": 5, "u": 3]))
        #expect(shares["z"] == ConsumerScript.set(["t": [0, 1], "u": [0, 1]]))
        #expect(shares["a"] == ConsumerScript.set(["t": [2, 3], "u": [2]]))
        #expect(shares["b"] == ConsumerScript.set(["t": [4]]))
        #expect(ServerAssignor.range.assign(Self.problem([], [:])).isEmpty)
        #expect(ServerAssignor.uniform.assign(Self.problem([], [:])).isEmpty)
    }

    @Test("More readers than partitions: some have none")
    func idle() {
        for assignor in ServerAssignor.allCases {
            let problem = Self.problem((0..<5).map { ("m\($0)", ["t"]) }, ["t": 2])
            let shares = assignor.assign(problem)
            #expect(Self.violations(shares, problem) == [])
            #expect(shares.values.map(\.count).sorted() == [0, 0, 0, 1, 1])
        }
    }
}
