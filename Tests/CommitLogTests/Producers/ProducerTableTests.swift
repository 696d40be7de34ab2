import Bytes
import Records
import Testing

@testable import CommitLog

@Suite("What a partition knows of its producers")
struct ProducerTableTests {
    private static func batch(
        _ producer: Int64, _ sequence: Int32 = 0, time: Int64 = 0
    ) throws -> ProducerBatch {
        let bytes = TestBatches.batch(["a"], producer: producer, sequence: sequence)
        let header = try BatchHeader(parsing: bytes.rawSpan)
        return try #require(ProducerBatch(header, index: 0, timestamp: time))
    }

    @Test("A partition remembers its limit of producers; one more and the oldest are forgotten")
    func limit() throws {
        var table = ProducerTable()
        var batch = try Self.batch(0)
        let limit = LogLimits.producersPerPartitionMax
        for id in 0..<limit - 1 {
            batch = try Self.batch(Int64(id), time: Int64(id))
            table.take(batch)
        }
        #expect(table.entries.count == limit - 1)
        table.take(try Self.batch(Int64(limit - 1), time: Int64(limit - 1)))
        #expect(table.entries.count == limit && table.entries[0] != nil)
        table.take(try Self.batch(Int64(limit), time: Int64(limit)))
        let removed = LogLimits.producersRemovedAtOnce
        #expect(table.entries.count == limit - removed + 1)
        #expect(table.entries[Int64(removed - 1)] == nil && table.entries[Int64(removed)] != nil)
        #expect(table.entries[Int64(limit)] != nil)
    }

    @Test("A producer's last batches are kept up to their limit, and forgotten with its epoch")
    func batches() throws {
        var entry = ProducerEntry(epoch: 0, timestamp: 0)
        let limit = LogLimits.producerBatchCountMax
        for number in 0..<limit + 1 {
            entry.take(try Self.batch(1, Int32(number)))
            #expect(entry.batchCount == min(number + 1, limit))
        }
        #expect(entry.batches.map(\.firstSequence) == [1, 2, 3, 4, 5])
    }

    @Test("A snapshot keeps producers; without them it is as it was before there were any")
    func snapshot() throws {
        func capture(_ table: ProducerTable) -> StateCapture {
            StateCapture(
                position: .zero, neededFrom: .zero, nextPartitionID: 3,
                partitions: [0, 2].map { id in
                    StateCapture.Partition(
                        id: PartitionID(rawValue: id), topic: "t\(id)", index: 0, options: .init(),
                        start: 0, end: 9, compactedEnd: 0, segments: [], removed: [:],
                        producers: id == 2 ? table : ProducerTable())
                }, tables: [:])
        }
        var table = ProducerTable()
        for number in 0..<7 { table.take(try Self.batch(5, Int32(number), time: 9)) }
        table.take(try Self.batch(.max, .max, time: -3))
        let plain = SnapshotCodec.encode(capture(ProducerTable()))
        let bytes = SnapshotCodec.encode(capture(table))
        #expect(try SnapshotCodec.decode(plain.rawSpan).partitions == capture(.init()).partitions)
        #expect(try SnapshotCodec.decode(bytes.rawSpan).partitions == capture(table).partitions)
        // The section by itself: every cut and every other count is refused, and nothing traps.
        var section: [UInt8] = []
        ProducerSection.append(capture(table).partitions, to: &section)
        #expect(bytes.count == plain.count + section.count)
        for count in 1..<section.count {
            var partitions = capture(ProducerTable()).partitions
            let cut = Array(section[..<count])
            #expect(!ProducerSection.read(cut.rawSpan, into: &partitions), "\(count) bytes")
        }
        for position in section.indices {
            var partitions = capture(ProducerTable()).partitions
            var flipped = section
            flipped[position] ^= 0x80
            _ = ProducerSection.read(flipped.rawSpan, into: &partitions)
        }
    }
}
