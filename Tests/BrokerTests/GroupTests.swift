import CommitLog
import Records
import Testing

@testable import Broker

@Suite("Consumer groups")
struct GroupTests {
    private static func offsets(_ numbers: [Int32: Int64]) -> [Int32: RecordOffset] {
        numbers.mapValues { RecordOffset(rawValue: $0) }
    }

    @Test("Groups are listed with their streams and positions, after a restart too")
    func list() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        try broker.saveGroupPositions("b", stream: "t", Self.offsets([0: 3, 1: 4]))
        try broker.saveGroupPositions("a", stream: "t", Self.offsets([1: 1]))
        try broker.saveGroupPositions("b", stream: "late", Self.offsets([0: 9]))
        try broker.saveGroupPositions("b", stream: "t", Self.offsets([0: 5]))
        try broker.close()
        broker = try harness.open()
        let groups = try broker.groups()
        #expect(groups.map(\.group) == ["a", "b", "b"])
        #expect(groups.map(\.stream) == ["t", "late", "t"])
        #expect(groups[2].positions.mapValues(\.offset) == Self.offsets([0: 5, 1: 4]))
        #expect(try broker.nearestGroup(to: "bb") == "b")
        try broker.close()
    }

    @Test("A group is forgotten on one stream; names that begin alike are others")
    func delete() throws {
        let broker = try BrokerHarness().open()
        for (group, stream) in [("g", "t"), ("g", "tt"), ("gg", "t")] {
            try broker.saveGroupPositions(group, stream: stream, Self.offsets([0: 1]))
        }
        try broker.deleteGroup("g", stream: "t")
        try broker.deleteGroup("g", stream: "t")
        #expect(try broker.groups().map { [$0.group, $0.stream] } == [["g", "tt"], ["gg", "t"]])
        try broker.close()
    }
}
