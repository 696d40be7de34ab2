import Broker
import Bytes
import CommitLog
import Filters
import Platform
import Records
import Testing

@Suite("Producing as clients do")
struct ProduceTests {
    private let harness = BrokerHarness()

    private func open(_ change: (inout TopicSettings) -> Void = { _ in }) throws -> Broker {
        let broker = try harness.open()
        var settings = TopicSettings(partitionCount: 2)
        change(&settings)
        try broker.createTopic("t", settings)
        return broker
    }

    @Test("A batch is appended as it is, and answered with its offset")
    func appends() throws {
        let broker = try open()
        let batch = Clients.batch(["a", "b"])
        let result = try Clients.produce(batch, to: "t", broker).get()
        #expect(result.baseOffset == .zero && result.logStartOffset == .zero)
        #expect(result.logAppendTime == nil)
        for acknowledgement in [
            BatchDestination.Acknowledgement.none, .written, .durable,
        ] {
            let answer = Clients.produce(
                Clients.batch(["c"]), to: "t", partition: 1, acknowledgement: acknowledgement,
                broker)
            #expect(Clients.error(answer) == nil)
        }
        #expect(try BrokerHarness.values(broker, "t") == [["a", "b"], ["c", "c", "c"]])
        var stored: [UInt8] = []
        let partition = try broker.topic("t").partitions[0].id
        _ = try broker.log.read(partition, from: .zero, maximumBytes: 1 << 20, into: &stored)
        #expect(Array(stored[16...]) == Array(batch[16...]), "all but offset and leader epoch")
        try broker.close()
    }

    @Test("Idempotent batches are written once, in order, and by the last epoch")
    func sequences() throws {
        let broker = try open()
        let id = try TransactionClient.initialize(broker, nil).get().id
        func send(_ epoch: Int16, _ sequence: Int32, _ values: [String]) -> Clients.Answer {
            let producer = BatchProducer(id: id, epoch: epoch, baseSequence: sequence)
            return Clients.produce(Clients.batch(values, producer: producer), to: "t", broker)
        }
        #expect(Clients.offset(send(1, 0, ["a", "b"])) == 0)
        #expect(Clients.offset(send(1, 2, ["c"])) == 2)
        #expect(Clients.offset(send(1, 0, ["a", "b"])) == 0)
        #expect(
            Clients.error(send(1, 4, ["e"]))
                == .outOfOrderSequence(producerID: id, expected: 3, found: 4))
        #expect(
            Clients.error(send(0, 0, ["z"]))
                == .invalidProducerEpoch(producerID: id, epoch: 0, current: 1))
        #expect(try BrokerHarness.values(broker, "t")[0] == ["a", "b", "c"])
        try broker.close()
    }

    @Test("What a client may not produce is refused with the reason, and nothing of it is stored")
    func refusals() throws {
        let broker = try open()
        try broker.createSubscription("s", topic: "t", filter: FilterDefinition())
        let good = Clients.batch(["a", "b"])
        typealias At = BatchHeader.At
        func error(_ batch: [UInt8], to topic: String = "t", _ partition: Int32 = 0)
            -> ProduceError?
        { Clients.error(Clients.produce(batch, to: topic, partition: partition, broker)) }
        #expect(
            error(good, to: "x") == .unknownTopicOrPartition(topic: "x", partition: 0))
        for partition in [-1, 2, Int32.max, .min] {
            #expect(
                error(good, partition)
                    == .unknownTopicOrPartition(topic: "t", partition: partition))
        }
        #expect(error(good, to: "s") == .readOnly(subscription: "s"))
        #expect(error(good + good) == .invalidRecord(.severalBatches))
        let refused: [(Int, Int16, ProduceError.Refusal)] = [
            (At.attributes, 0x20, .control), (At.attributes, 0x30, .control),
            (At.attributes, 0x40, .attributes), (At.attributes, .min, .attributes),
            (At.attributes, 0x10, .producer), (At.recordCount + 2, 1, .count),
            (At.recordCount + 2, 0, .count),
        ]
        for (position, value, refusal) in refused {
            #expect(
                error(Clients.changed(good, at: position, to: value)) == .invalidRecord(refusal))
        }
        for producer in [
            BatchProducer(id: 1, epoch: 0, baseSequence: -1),
            BatchProducer(id: 1, epoch: -1, baseSequence: 0),
        ] {
            #expect(error(Clients.batch(["a"], producer: producer)) == .invalidRecord(.sequence))
        }
        #expect(
            error(Clients.changed(good, at: At.attributes, to: Int16(5)))
                == .corrupt(.unknownCodec(5)))
        // Not what it says: an offset that does not follow, a key longer than its record.
        for position in [At.end + 3, At.end + 4] {
            let changed = Clients.changed(good, at: position, to: UInt8(0x7E))
            guard case .corrupt(.invalidRecord) = error(changed) else {
                Issue.record("byte \(position) is let in")
                continue
            }
        }
        #expect(try BrokerHarness.values(broker, "t") == [[], []])
        try broker.close()
    }

    @Test("Every cut and every flipped bit of a batch is refused")
    func damage() throws {
        let broker = try open()
        let batch = Clients.batch(["a", "b"])
        for count in 0..<batch.count {
            #expect(Clients.error(Clients.produce(Array(batch[..<count]), to: "t", broker)) != nil)
        }
        for position in 8..<batch.count where !(12..<16).contains(position) {
            var flipped = batch
            flipped[position] ^= 4
            #expect(Clients.error(Clients.produce(flipped, to: "t", broker)) != nil, "\(position)")
        }
        #expect(try BrokerHarness.values(broker, "t") == [[], []])
        try broker.close()
    }

    @Test("A batch may have the topic's limit of bytes, and one byte more is refused")
    func size() throws {
        let batch = Clients.batch(["a"])
        for delta in [-1, 0, 1] as [Int32] {
            let limit = Int32(batch.count) - delta
            let broker = try BrokerHarness().open()
            var settings = TopicSettings()
            settings.messageByteCountMax = limit
            try broker.createTopic("t", settings)
            let error = Clients.error(Clients.produce(batch, to: "t", broker))
            #expect(
                error
                    == (delta > 0
                        ? .batchTooLarge(topic: "t", found: batch.count, limit: Int(limit)) : nil))
            try broker.close()
        }
    }

    @Test("A time may be an hour ahead of the clock; with the append's time it does not matter")
    func times() throws {
        let broker = try open()
        var settings = TopicSettings()
        settings.timestampType = .logAppendTime
        try broker.createTopic("stamped", settings)
        let now = harness.clock.wallMilliseconds
        let limit = now + 3_600_000  // Kafka's default of message.timestamp.after.max.ms.
        for delta in [-1, 0, 1] as [Int64] {
            let batch = Clients.batch(["a"], timestamp: limit + delta)
            let error = Clients.error(Clients.produce(batch, to: "t", broker))
            let refusal = ProduceError.invalidTimestamp(
                found: limit + 1, earliest: .min, latest: limit)
            #expect(error == (delta > 0 ? refusal : nil))
            let stamped = try Clients.produce(batch, to: "stamped", broker).get()
            #expect(stamped.logAppendTime == now)
        }
        for time in [-1, Int64.min] {
            let batch = Clients.batch(["a"], timestamp: time)
            #expect(Clients.error(Clients.produce(batch, to: "t", broker)) == nil)
        }
        // Only a broker stamps.
        let stamped = Clients.changed(
            Clients.batch(["a"]), at: BatchHeader.At.attributes, to: Int16(8))
        for topic in ["t", "stamped"] {
            guard
                case .invalidTimestamp = Clients.error(
                    Clients.produce(stamped, to: topic, broker))
            else {
                Issue.record("a client has stamped a batch of \(topic)")
                continue
            }
        }
        let partition = try broker.topic("stamped").partitions[0].id
        var bytes: [UInt8] = []
        _ = try broker.log.read(partition, from: .zero, maximumBytes: 1 << 20, into: &bytes)
        let header = try BatchHeader(parsing: bytes.rawSpan)
        #expect(header.attributes.hasLogAppendTime && header.maxTimestamp == now)
        try header.verifyChecksum(of: bytes.rawSpan)
        try broker.close()
    }

    @Test("A topic that compacts takes keys only, also of compressed records")
    func keys() throws {
        let broker = try open { $0.storage.cleanup = .compact }
        for compression in [BatchWriter.Compression.none, .zstd(level: 1)] {
            let keyed = Clients.batch(["a", "b"], hasKeys: true, compression: compression)
            #expect(Clients.error(Clients.produce(keyed, to: "t", broker)) == nil)
            let keyless = Clients.batch(["a", "b"], compression: compression)
            #expect(
                Clients.error(Clients.produce(keyless, to: "t", broker))
                    == .keylessRecords(topic: "t", indexes: [0, 1]))
        }
        try broker.close()
    }

    @Test("What a topic asks of its clients' batches is there after opening again")
    func settings() throws {
        var broker = try open {
            $0.messageByteCountMax = 7
            $0.timestampType = .logAppendTime
        }
        try broker.close()
        broker = try harness.open()
        let settings = try broker.topic("t").settings
        #expect(settings.messageByteCountMax == 7 && settings.timestampType == .logAppendTime)
        try broker.alterTopic("t", settings: TopicSettings(partitionCount: 9))
        #expect(try broker.topic("t").settings == TopicSettings(partitionCount: 2))
        try broker.close()
    }

    @Test("A closed log refuses")
    func closed() throws {
        let broker = try open()
        try broker.close()
        #expect(
            Clients.error(Clients.produce(Clients.batch(["a"]), to: "t", broker))
                == .storage(.closed))
    }
}
