import Broker
import Bytes
import Connectors
import Platform
import Records
import Testing

@Suite("Writing and reading topics")
struct TopicTargetTests {
    private var harness = BrokerHarness()

    @Test("Records with a key go to the partition that Kafka's clients choose, others in turn")
    func partitions() throws {
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 3))
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        // murmur2("21") & 0x7fffffff = 1173551340, and so on: see Bytes' tests of Murmur2.
        try BrokerHarness.write(["21", "foobar", "abc", nil, nil, nil, nil], to: target)
        #expect(target.pendingByteCount > 0)
        try target.commit(positions: [:], state: [])
        #expect(target.pendingByteCount == 0)
        let chosen = ["21", "foobar", "abc"].map {
            Int(Murmur2.partition(of: Array($0.utf8).rawSpan, count: 3))
        }
        var expected: [[String]] = [[], [], []]
        for (index, partition) in chosen.enumerated() { expected[partition].append("\(index)") }
        for index in 0..<4 { expected[index % 3].append("\(3 + index)") }
        #expect(try BrokerHarness.values(broker, "t") == expected)
        try broker.close()
    }

    @Test("Nothing is visible before the commit, and all of it after, across a power failure")
    func atomic() throws {
        var harness = harness
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        var target = try TopicTarget(
            broker, topics: [.main: "t", .deadLetter: "t.bad"], pipeline: "p")
        #expect(try target.restore() == nil)
        try BrokerHarness.write(["a", "b"], to: target)
        try BrokerHarness.write([nil], from: 7, to: target, role: .deadLetter)
        try BrokerHarness.write([nil], from: 8, to: target, role: .late)
        let split = SplitName("file")
        let position = SourcePosition(bytes: [1, 2])
        let state = StateChange(key: [9], value: [8])
        try target.commit(positions: [split: position], state: [state])
        try BrokerHarness.write(["lost"], to: target)

        harness.crash(.unsyncedLost)
        broker = try harness.open()
        #expect(try BrokerHarness.values(broker, "t") == [["0", "1"]])
        #expect(try BrokerHarness.values(broker, "t.bad") == [["7"]])
        target = try TopicTarget(broker, topics: [.main: "t"], pipeline: "p")
        #expect(
            try target.restore()
                == CommittedProgress(positions: [split: position], state: [state]))
        try target.commit(positions: [:], state: [StateChange(key: [9], value: nil)])
        #expect(try target.restore()?.state == [])
        #expect(broker.hasProgress(ofPipeline: "p"))
        try broker.resetPipeline("p")
        #expect(!broker.hasProgress(ofPipeline: "p"))
        try broker.close()
    }

    @Test("A commit that does not fit one frame says so, and nothing of it is visible")
    func tooLarge() throws {
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: "p")
        let value = [UInt8](repeating: 7, count: 13 << 20)
        var buffer = RecordBuffer()
        buffer.append(timestamp: 0, key: nil, value: value.rawSpan)
        for _ in 0..<5 {
            try target.write(.main, buffer.block, selection: Selection(all: 1))
        }
        do {
            try target.commit(positions: [:], state: [])
            Issue.record("65 MiB were committed in one frame")
        } catch BrokerError.commitTooLarge {
            #expect(try BrokerHarness.values(broker, "t") == [[]])
        }
        try broker.close()
    }

    @Test("A resumed pipeline puts records without a key where an undisturbed one would")
    func keylessResume() throws {
        let broker = try harness.open()
        try broker.createTopic("whole", TopicSettings(partitionCount: 3))
        try broker.createTopic("cut", TopicSettings(partitionCount: 3))
        let whole = try TopicTarget(broker, topics: [.main: "whole"], pipeline: "w")
        try BrokerHarness.write(Array(repeating: nil, count: 8), to: whole)
        try whole.commit(positions: [:], state: [])
        for (first, count) in [(0, 2), (2, 5), (7, 1)] {
            let target = try TopicTarget(broker, topics: [.main: "cut"], pipeline: "c")
            _ = try target.restore()
            try BrokerHarness.write(Array(repeating: nil, count: count), from: first, to: target)
            try target.commit(positions: [SplitName("f"): SourcePosition(bytes: [])], state: [])
        }
        #expect(try BrokerHarness.values(broker, "cut") == BrokerHarness.values(broker, "whole"))
        try broker.close()
    }

    @Test("Reading starts at any offset or time, and ends where the topic ended at opening")
    func positions() throws {
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        for first in stride(from: 0, to: 30, by: 10) {
            try BrokerHarness.write(Array(repeating: nil, count: 10), from: first, to: target)
            try target.commit(positions: [:], state: [])
        }
        let all = (0..<30).map { "\($0)" }
        let split = TopicPosition.split(0)
        for start in 0...30 {
            let source = try TopicSource(broker, topic: "t", end: .current)
            try source.seek(partition: 0, to: RecordOffset(rawValue: Int64(start)))
            #expect(try BrokerHarness.values(of: split, source) == Array(all[start...]))
            let timed = try TopicSource(broker, topic: "t", end: .current)
            try timed.seek(toTimestamp: 1000 + Int64(start))
            let rest = try BrokerHarness.values(of: split, timed)
            #expect(rest.last == (start < 30 ? "29" : nil))
            #expect(start == 30 || rest.contains("\(start)"))
            // A position given to a new source goes on there.
            let resumed = try TopicSource(broker, topic: "t", end: .current)
            try resumed.seek(split, to: TopicPosition.encode(RecordOffset(rawValue: Int64(start))))
            #expect(try BrokerHarness.values(of: split, resumed) == Array(all[start...]))
        }
        let fixed = try TopicSource(broker, topic: "t", end: .current)
        let live = try TopicSource(broker, topic: "t", end: .never)
        try BrokerHarness.write([nil], from: 30, to: target)
        try target.commit(positions: [:], state: [])
        #expect(try BrokerHarness.values(of: split, fixed) == all)
        #expect(try BrokerHarness.values(of: split, live) == all + ["30"])
        #expect(fixed.progress == SourceProgress(read: 30, total: 30))
        try broker.close()
    }

    @Test("A group's positions are kept, by group and stream")
    func groups() throws {
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        let progress = GroupProgress(broker, group: "g", stream: "t")
        #expect(try progress.load() == nil)
        let position = TopicPosition.encode(RecordOffset(rawValue: 12))
        try progress.save(positions: [TopicPosition.split(1): position], state: [])
        #expect(try progress.load()?.positions == [TopicPosition.split(1): position])
        #expect(try GroupProgress(broker, group: "h", stream: "t").load() == nil)
        #expect(try broker.groupPositions("g", stream: "t")[1]?.offset.rawValue == 12)
        try broker.deleteTopic("t")
        #expect(try progress.load() == nil)
        try broker.close()
    }
}
