import Bytes
import CommitLog
import Connectors
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("What readers of subscriptions settle")
struct SettlingTests {
    private static let letters = "s.dead-letter"

    /// Every third record cannot be evaluated, the others match if their number is even.
    private static func create(_ broker: Broker, partitions: Int32 = 1) throws {
        try broker.createTopic("t", TopicSettings(partitionCount: partitions, format: .json))
        try broker.createSubscription(
            "s", topic: "t",
            filter: FilterDefinition(
                sql: "CAST(a AS INT) % 2 = 0", errorPolicy: .deadLetter, format: .json))
    }

    private static func write(_ broker: Broker, _ numbers: Range<Int>) throws {
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        var buffer = RecordBuffer()
        for number in numbers {
            let text = number % 3 == 0 ? "x\(number)" : "\(number)"
            let value = Array("{\"a\":\"\(text)\"}".utf8)
            buffer.append(timestamp: Int64(number), key: nil, value: value.rawSpan)
        }
        try target.write(.main, buffer.block, selection: Selection(all: numbers.count))
        try target.commit(positions: [:], state: [])
    }

    /// One fetch; gives where to go on.
    @discardableResult
    private static func fetch(
        _ broker: Broker, from offset: Int64, partition: Int32 = 0, maximumBytes: Int = 1 << 20
    ) throws -> Int64 {
        let topic = try #require(broker.readableTopic("s"))
        var bytes: [UInt8] = []
        let read = try broker.read(
            topic, partition: partition, from: RecordOffset(rawValue: offset),
            maximumBytes: maximumBytes, isolation: .readCommitted, into: &bytes)
        #expect(read.byteCount == bytes.count)
        return read.next.rawValue
    }

    /// The offsets of dead letters' records, as their headers say, in the order of the topic.
    private static func deadLetters(_ broker: Broker) throws -> [Int64] {
        guard broker.hasTopic(letters) else { return [] }
        let source = try TopicSource(broker, topic: letters, end: .current)
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var offsets: [Int64] = []
        while try source.read(
            TopicPosition.split(0), into: &buffer, rejected: &rejected, byteCountMax: 4_096)
            == .records
        {
            let block = buffer.block
            for row in 0..<block.count {
                var cursor = block.headers(row)
                while let header = cursor.next() {
                    let name = [UInt8](
                        copying: block.bytes.slice(header.nameStart, count: header.nameCount))
                    guard String(decoding: name, as: UTF8.self) == "sluice.record" else { continue }
                    let value = [UInt8](
                        copying: block.bytes.slice(header.valueStart, count: header.valueCount))
                    offsets.append(try #require(Int64(String(decoding: value, as: UTF8.self))))
                }
            }
        }
        return offsets
    }

    private static func counts(_ broker: Broker) throws -> [Int64] {
        let counts = try broker.filterCounts(ofSubscription: "s")[1] ?? FilterCounts()
        return [counts.seen, counts.matched, counts.failed]
    }

    private static func failing(_ numbers: Range<Int>) -> [Int64] {
        numbers.filter { $0 % 3 == 0 }.map { Int64($0) }
    }

    @Test("Each record is moved aside and counted once, whoever reads it and how often")
    func once() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try Self.create(broker)
        try Self.write(broker, 0..<30)
        #expect(try Self.fetch(broker, from: 0) == 30)
        #expect(try Self.fetch(broker, from: 0) == 30)
        #expect(try Self.fetch(broker, from: 7) == 30)
        #expect(try Self.deadLetters(broker) == Self.failing(0..<30))
        #expect(try Self.counts(broker) == [30, 10, 10])
        try Self.write(broker, 30..<40)
        #expect(try Self.fetch(broker, from: 0) == 40)
        #expect(try Self.deadLetters(broker) == Self.failing(0..<40))
        try broker.close()
        broker = try harness.open()
        #expect(try Self.counts(broker) == [40, 13, 14])
        #expect(try Self.fetch(broker, from: 0) == 40)
        #expect(try Self.deadLetters(broker) == Self.failing(0..<40))
        #expect(try Self.counts(broker) == [40, 13, 14])
        try broker.close()
    }

    @Test("A reader that begins in the middle leaves what lies before to the others")
    func middle() throws {
        let broker = try BrokerHarness().open()
        try Self.create(broker)
        for start in stride(from: 0, to: 60, by: 10) {
            try Self.write(broker, start..<(start + 10))
        }
        #expect(try Self.fetch(broker, from: 35) == 60)
        #expect(try Self.deadLetters(broker) == Self.failing(35..<60))
        #expect(try Self.counts(broker)[0] == 25)
        #expect(try Self.fetch(broker, from: 12) == 60)
        #expect(try Self.deadLetters(broker) == Self.failing(35..<60) + Self.failing(12..<35))
        #expect(try Self.fetch(broker, from: 0, maximumBytes: 1) > 0)
        #expect(try Self.fetch(broker, from: 0) == 60)
        #expect(try Self.deadLetters(broker).sorted() == Self.failing(0..<60))
        #expect(try Self.counts(broker) == [60, 20, 20])
        try broker.close()
    }

    @Test("Readers at the same time settle each record once")
    func together() async throws {
        let broker = try BrokerHarness().open()
        try Self.create(broker)
        for start in stride(from: 0, to: 300, by: 10) {
            try Self.write(broker, start..<(start + 10))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for reader in 0..<4 {
                group.addTask {
                    var next = Int64(reader * 7)
                    while next < 300 {
                        next = try Self.fetch(broker, from: next, maximumBytes: 100 + reader * 150)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Self.deadLetters(broker).sorted() == Self.failing(0..<300))
        #expect(try Self.counts(broker) == [300, 100, 100])
        try broker.close()
    }

    @Test("Counts are durable before the positions of a group, and after a while without one")
    func flushing() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(format: .json))
        try broker.createSubscription(
            "s", topic: "t", filter: FilterDefinition(sql: "a IS NOT NULL", format: .json))
        try Self.write(broker, 0..<10)
        try Self.fetch(broker, from: 0)
        func stored() -> [Int64] {
            broker.log.entries(table: StateTable.settledCounts.rawValue, prefix: []).compactMap {
                FilterCounts(decoding: $0.value)?.seen
            }
        }
        #expect(stored().isEmpty)
        let waiting = Monitor<[GroupError?]?>(nil)
        broker.commitOffsets(
            [OffsetToKeep(stream: "s", partition: 0, offset: RecordOffset(rawValue: 10))],
            of: "g", by: MemberIdentity(memberID: ""), generation: -1
        ) { answer in
            waiting.withLock { $0 = answer }
            waiting.notifyAll()
        }
        #expect(waiting.wait(until: { $0 }) == [nil])
        #expect(stored() == [10])
        try Self.write(broker, 10..<14)
        try Self.fetch(broker, from: 10)
        harness.clock.advance(by: .seconds(6))
        try Self.write(broker, 14..<15)
        try Self.fetch(broker, from: 14)
        // The flush is not waited for; whatever comes behind it in the log is.
        try Self.write(broker, 15..<16)
        #expect(stored() == [15])
        // In a transaction too, whatever becomes of the positions.
        try Self.fetch(broker, from: 15)
        broker.commitOffsets(
            [], of: "g", in: "id", by: ProducerIdentity(id: 1, epoch: 0)
        ) { _ in }
        broker.commitOffsets(
            [
                TransactionOffset(
                    stream: "s", partition: 0,
                    position: GroupPosition(offset: RecordOffset(rawValue: 16), savedAt: 0))
            ], of: "g", in: "id", by: ProducerIdentity(id: 1, epoch: 0)
        ) { _ in }
        try Self.write(broker, 16..<17)
        #expect(stored() == [16])
        try broker.close()
    }

    @Test(
        "Power lost during any of many calls: a record's letter and count are there once or not yet"
    )
    func crash() throws {
        func script(_ broker: Broker) throws {
            try Self.create(broker)
            try Self.write(broker, 0..<20)
            try Self.fetch(broker, from: 10)
            try Self.fetch(broker, from: 0)
            try Self.write(broker, 20..<40)
            try Self.fetch(broker, from: 20)
        }
        let whole = BrokerHarness()
        let first = try whole.open()
        try script(first)
        try first.close()
        var unfinished = 0
        for call in 1...whole.fileSystem.callCount {
            var harness = BrokerHarness()
            harness.fileSystem.inject(.powerLoss, atCall: call)
            if let broker = try? harness.open() {
                try? script(broker)
                try? broker.close()
            }
            harness.crash(call.isMultiple(of: 2) ? .unsyncedLost : .unsyncedKept)
            let broker = try harness.open()
            if broker.subscriptions().map(\.name) == ["s"] {
                let end = try broker.topic("t").partitions[0].end.rawValue
                let before = try Self.deadLetters(broker).count
                if before < Self.failing(0..<Int(end)).count { unfinished += 1 }
                if end > 0 { try Self.fetch(broker, from: 0) }
                #expect(
                    try Self.deadLetters(broker).sorted() == Self.failing(0..<Int(end)),
                    "call \(call)")
                #expect(try Self.counts(broker)[0] == end, "call \(call)")
            }
            try broker.close()
        }
        #expect(unfinished > 3, "crashes between records and their letters")
    }

    @Test("A subscription or a topic that is made again begins anew")
    func madeAgain() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try Self.create(broker)
        try Self.write(broker, 0..<6)
        try Self.fetch(broker, from: 0)
        try broker.deleteSubscription("s")
        harness.clock.advance(by: .seconds(1))
        try broker.createSubscription(
            "s", topic: "t",
            filter: FilterDefinition(
                sql: "CAST(a AS INT) % 2 = 0", errorPolicy: .deadLetter, format: .json))
        #expect(try Self.counts(broker) == [0, 0, 0])
        try Self.fetch(broker, from: 0)
        #expect(try Self.deadLetters(broker) == [0, 3, 0, 3])
        #expect(try Self.counts(broker) == [6, 2, 2])
        try broker.close()
    }

    @Test("A command's dead letters leave out what readers over the network have settled")
    func command() throws {
        let broker = try BrokerHarness().open()
        try Self.create(broker)
        try Self.write(broker, 0..<20)
        try Self.fetch(broker, from: 10)
        let selector = try RecordSelector(broker, subscription: "s")
        let source = try TopicSource(broker, topic: "t", end: .current, selector: selector)
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        _ = try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1 << 20)
        var selection = Selection(all: buffer.rows.count)
        let outcome = try selector.select(
            from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
        var letters = DeadLetters()
        letters.append(buffer.block, outcome.deadLetters, of: 0)
        #expect(letters.count == 7)
        let range = RecordOffset.zero..<RecordOffset(rawValue: 20)
        for _ in 0..<2 {
            try broker.settle(letters, of: "s", reading: .inForce, [0: range])
            #expect(try Self.deadLetters(broker) == Self.failing(10..<20) + Self.failing(0..<10))
        }
        // A version that decides about all records is another matter.
        try broker.settle(letters, of: "s", reading: .version(1), [0: range])
        #expect(try Self.deadLetters(broker).count == 14)
        try broker.close()
    }

    @Test("A read that settles nothing for want of room is counted, by partition")
    func refusals() throws {
        let broker = try BrokerHarness().open()
        try Self.create(broker, partitions: 2)
        try Self.write(broker, 1..<6)
        let ledger = try broker.ledger(of: "s")
        for (index, partition) in try broker.topic("t").partitions.enumerated() {
            let place = SubscriptionLedger.Place(partition: partition.id, version: nil)
            // As if readers had begun everywhere; of the second partition there is room for one more.
            for number in 0..<(BrokerLimits.settledRangeCountMax - index) {
                let start = RecordOffset(rawValue: 100 + Int64(number) * 2)
                let entry = SubscriptionLedger.Entry(
                    place: place, ranges: [start..<start.advanced(by: 1)], start: .zero)
                #expect(
                    try ledger.settle(entry, broker.log, now: broker.monotonic) == .settled)
            }
        }
        #expect(broker.unsettledReads.isEmpty)
        for _ in 0..<2 {
            for index in 0..<2 as Range<Int32> { try Self.fetch(broker, from: 0, partition: index) }
        }
        #expect(broker.unsettledReads == ["s": [0: 2]])
        try broker.close()
    }

    @Test("Where too many ranges are settled, a reader in the middle settles nothing")
    func limit() throws {
        let broker = try BrokerHarness().open()
        try Self.create(broker)
        let ledger = try broker.ledger(of: "s")
        let place = SubscriptionLedger.Place(partition: PartitionID(rawValue: 9), version: nil)
        func settle(_ number: Int, _ count: Int64 = 1) throws -> SubscriptionLedger.Outcome {
            let start = RecordOffset(rawValue: Int64(number) * 2)
            let entry = SubscriptionLedger.Entry(
                place: place, ranges: [start..<start.advanced(by: count)], start: .zero)
            return try ledger.settle(entry, broker.log, now: broker.monotonic)
        }
        for number in 0..<(BrokerLimits.settledRangeCountMax - 1) {
            #expect(try settle(number) == .settled)
        }
        #expect(try settle(5_000) == .settled)
        #expect(ledger.refusals == [:])
        #expect(try settle(6_000) == .full)
        #expect(try settle(5_000) == .overtaken)
        #expect(ledger.refusals == [place: 1])
        // One that closes a gap fits.
        let gap = SubscriptionLedger.Entry(
            place: place, ranges: [RecordOffset(rawValue: 1)..<RecordOffset(rawValue: 2)],
            start: .zero)
        #expect(try ledger.settle(gap, broker.log, now: broker.monotonic) == .settled)
        #expect(try settle(6_000) == .settled)
        #expect(ledger.refusals == [place: 1], "what was not settled stays counted")
        try broker.close()
    }
}
