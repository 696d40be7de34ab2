import Bytes
import CommitLog
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("Versions of subscriptions")
struct SubscriptionVersionTests {
    private typealias Harness = SubscriptionHarness

    /// Three versions with records before, between and behind.
    private static func changed(_ broker: Broker) throws {
        try Harness.create(broker, partitions: 3, "02468")
        try Harness.write(broker, 0..<31)
        let second = try broker.alterSubscription(Harness.name, filter: Harness.filter("13579"))
        #expect(second.number == 2)
        #expect(second.starts.map(\.rawValue) == [11, 10, 10])
        try Harness.write(broker, 31..<47)
        try Harness.write(broker, 47..<48)
        // Two changes at the same offsets: the later one decides.
        try broker.alterSubscription(Harness.name, filter: Harness.filter("5"))
        try broker.alterSubscription(Harness.name, filter: Harness.filter("0123"))
        try Harness.write(broker, 48..<75)
    }

    @Test(
        "Each record belongs to the version that was in force, in every partition and any batches",
        arguments: [1, 60, 150, 400, 1 << 20])
    func boundaries(byteCountMax: Int) throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try Self.changed(broker)
        let expected = try Harness.expected(broker)
        #expect(expected.joined().count == 37)
        #expect(try Harness.selected(broker, byteCountMax: byteCountMax) == expected)
        try broker.log.sealNow()
        #expect(try Harness.selected(broker, byteCountMax: byteCountMax) == expected)
        try broker.close()
        broker = try harness.open()
        #expect(try Harness.selected(broker, byteCountMax: byteCountMax) == expected)
        #expect(try broker.subscription(Harness.name).versions.map(\.number) == [1, 2, 3, 4])
        for version in try broker.subscription(Harness.name).versions {
            let one = try Harness.selected(broker, .version(version.number))
            let wanted = try Harness.all(broker).map {
                $0.filter { Harness.keeps($0.number, version.filter) }
            }
            #expect(one == wanted)
        }
        try broker.close()
    }

    @Test("Reading that begins at any offset gives what reading all of it gives from there on")
    func resumed() throws {
        let broker = try BrokerHarness().open()
        try Self.changed(broker)
        let expected = try Harness.expected(broker)
        for partition in 0..<3 {
            for start in 0...25 {
                let selector = try RecordSelector(broker, subscription: Harness.name)
                let source = try TopicSource(
                    broker, topic: Harness.topic, end: .current, selector: selector)
                try source.seek(
                    partition: Int32(partition), to: RecordOffset(rawValue: Int64(start)))
                let found = try Harness.read(
                    source, selector, partition: Int32(partition), byteCountMax: 1 << 20)
                #expect(found == expected[partition].filter { $0.offset >= start })
            }
        }
        try broker.close()
    }

    @Test("A reader that is connected while the subscription changes sees the change at its offset")
    func connected() throws {
        let broker = try BrokerHarness().open()
        try Harness.create(broker, partitions: 1, "02468")
        let selector = try RecordSelector(broker, subscription: Harness.name)
        let source = try TopicSource(broker, topic: Harness.topic, end: .never, selector: selector)
        try Harness.write(broker, 0..<10)
        var found = try Harness.read(source, selector, partition: 0, byteCountMax: 1 << 20)
        try Harness.write(broker, 10..<20)
        try broker.alterSubscription(Harness.name, filter: Harness.filter("13579"))
        try Harness.write(broker, 20..<30)
        found += try Harness.read(source, selector, partition: 0, byteCountMax: 1 << 20)
        #expect(
            found.map(\.number) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 21, 23, 25, 27, 29])
        // Deleted and made anew under its name it is another one.
        try broker.deleteSubscription(Harness.name)
        try Harness.write(broker, 30..<31)
        #expect(throws: BrokerError.self) {
            _ = try Harness.read(source, selector, partition: 0, byteCountMax: 1 << 20)
        }
        try broker.close()
    }

    @Test("While writers, readers and changes run at once, every record has its version's decision")
    func concurrent() async throws {
        let broker = try BrokerHarness().open()
        try Harness.create(broker, partitions: 2, "02468")
        let count = 600
        let found = try await withThrowingTaskGroup(of: [Harness.Seen].self) { group in
            group.addTask {
                for number in stride(from: 0, to: count, by: 4) {
                    try Harness.write(broker, number..<number + 4)
                }
                return []
            }
            group.addTask {
                for change in 0..<20 {
                    let digits = change.isMultiple(of: 2) ? "13579" : "02468"
                    try broker.alterSubscription(Harness.name, filter: Harness.filter(digits))
                }
                return []
            }
            for partition in [Int32(0), 1] {
                group.addTask { try Self.follow(broker, partition, recordCount: count / 2) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let expected = try Harness.expected(broker)
        #expect(Set(found) == Set(expected.joined()))
        #expect(found.count == expected.joined().count)
        try broker.close()
    }

    /// Reads while records come, until there were so many.
    private static func follow(
        _ broker: Broker, _ partition: Int32, recordCount: Int
    ) throws -> [Harness.Seen] {
        let selector = try RecordSelector(broker, subscription: Harness.name)
        let source = try TopicSource(broker, topic: Harness.topic, end: .never, selector: selector)
        var found: [Harness.Seen] = []
        while selector.subscriptionCounts.seen < recordCount {
            let end = broker.log.end
            found += try Harness.read(source, selector, partition: partition, byteCountMax: 256)
            guard selector.subscriptionCounts.seen < recordCount else { break }
            _ = broker.log.waitForAppend(after: end, timeout: nil)
        }
        return found
    }

    @Test("A version that is not there is named with the nearest ones that are")
    func wrongNumber() throws {
        let broker = try BrokerHarness().open()
        try Harness.create(broker, partitions: 1, "0")
        for digits in ["1", "2"] {
            try broker.alterSubscription(Harness.name, filter: Harness.filter(digits))
        }
        let subscription = try broker.subscription(Harness.name)
        #expect(try subscription.version(2).filter == Harness.filter("1"))
        for (number, nearest) in [
            (Int32(0), "nearest: 1."), (4, "nearest: 3."), (-7, "nearest: 1."),
        ] {
            let message = Self.message { _ = try subscription.version(number) }
            #expect(message?.contains("has no version \(number). The \(nearest)") == true)
        }
        let pinned = Self.message {
            _ = try RecordSelector(broker, subscription: Harness.name, reading: .version(9))
        }
        #expect(pinned?.contains("nearest: 3.") == true)
        let between = BrokerError.unknownVersion(3, subscription: "s", known: [1, 2, 5, 6])
        #expect(between.description.contains("nearest: 2 and 5."))
        try broker.close()
    }

    @Test("As many versions as records need are kept, and the oldest without records goes first")
    func limit() throws {
        let broker = try BrokerHarness().open()
        try Harness.create(broker, partitions: 1, "0")
        let limit = BrokerLimits.subscriptionVersionCountMax
        func change() throws {
            try broker.alterSubscription(Harness.name, filter: Harness.filter("1"))
        }
        func numbers() throws -> [Int32] {
            try broker.subscription(Harness.name).versions.map(\.number)
        }
        for _ in 2..<limit { try change() }
        #expect(try numbers() == Array(1...Int32(limit) - 1))
        try change()
        #expect(try numbers() == Array(1...Int32(limit)))
        try change()
        #expect(try numbers() == Array(2...Int32(limit) + 1))
        // One record for each version.
        for number in 0..<limit {
            try Harness.write(broker, number..<number + 1)
            if number < limit - 1 { try change() }
        }
        let full = try numbers()
        #expect(full.count == limit)
        let refused = Self.message { try change() }
        #expect(refused?.contains("has \(limit) versions") == true)
        #expect(try numbers() == full)
        // The first record goes, and its version with the next change.
        let partition = try broker.topic(Harness.topic).partitions[0].id
        try broker.append([.removeBefore(partition, offset: RecordOffset(rawValue: 1))])
        let before = try Harness.expected(broker)
        try change()
        #expect(try numbers() == Array(full.dropFirst()) + [full[limit - 1] + 1])
        #expect(try Harness.selected(broker) == before)
        try broker.close()
    }

    @Test(
        "A subscription that was stored without versions is read, and its filter decides about all")
    func oneVersionLayout() throws {
        var bytes: [UInt8] = [1]
        bytes.append(text: Harness.topic)
        bytes.append(littleEndian: Int32(7))
        bytes.append(littleEndian: Int64(11))
        bytes.append(littleEndian: Int64(12))
        var definition: [UInt8] = []
        Harness.filter("4").encode(into: &definition)
        bytes.append(blob: definition)
        for count in 0..<bytes.count {
            #expect(SubscriptionRecord(decoding: Array(bytes[..<count])) == nil)
        }
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic(Harness.topic, TopicSettings(partitionCount: 2))
        try Harness.write(broker, 0..<20)
        try broker.append([
            .put(
                table: StateTable.subscriptions.rawValue, key: StateKey.make(Harness.name),
                value: bytes)
        ])
        try broker.close()
        broker = try harness.open()
        let old = try broker.subscription(Harness.name)
        #expect(old.createdAt == 11 && old.current.number == 7 && old.current.changedAt == 12)
        #expect(try Harness.selected(broker).joined().map(\.number).sorted() == [4, 14])
        try broker.alterSubscription(Harness.name, filter: Harness.filter("5"))
        try Harness.write(broker, 20..<40)
        #expect(try Harness.selected(broker).joined().map(\.number).sorted() == [4, 14, 25, 35])
        try broker.close()
        broker = try harness.open()
        #expect(try broker.subscription(Harness.name).versions.map(\.number) == [7, 8])
        #expect(try Harness.selected(broker).joined().count == 4)
        try broker.close()
    }

    private static func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
