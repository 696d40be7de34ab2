import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Limits and refusals of the log")
struct LimitTests {
    static func encode(_ entries: [FrameEntry]) throws(AppendError) -> EncodedFrame {
        try EncodedFrame(FrameContent(entries), verifiesBatches: true)
    }

    @Test("A key, a value and a prefix may have their limit, and one byte more is refused")
    func sizes() throws {
        let keyMax = LogLimits.keyByteCountMax
        for delta in [-1, 0] {
            let key = [UInt8](repeating: 1, count: keyMax + delta)
            _ = try Self.encode([.put(table: 0, key: key, value: [])])
            _ = try Self.encode([.remove(table: 0, key: key), .removePrefix(table: 0, prefix: key)])
        }
        let long = [UInt8](repeating: 1, count: keyMax + 1)
        for entry in [
            FrameEntry.put(table: 0, key: long, value: []), .remove(table: 0, key: long),
            .removePrefix(table: 0, prefix: long),
        ] {
            #expect(throws: AppendError.self) { _ = try Self.encode([entry]) }
        }
        let valueMax = LogLimits.valueByteCountMax
        for (count, isLegal) in [(valueMax - 1, true), (valueMax, true), (valueMax + 1, false)] {
            let value = [UInt8](repeating: 1, count: count)
            let frame = try? Self.encode([.put(table: 0, key: [], value: value)])
            #expect((frame != nil) == isLegal, "\(count) bytes")
        }
    }

    @Test("A frame may have its limit of bytes, and one byte more is refused")
    func frameSize() throws {
        let head = FrameHeader.At.end
        let each = EntryHeader.At.end
        let values = LogLimits.frameByteCountMax / LogLimits.valueByteCountMax
        let big = [UInt8](repeating: 0, count: LogLimits.valueByteCountMax - each)
        var entries = (0..<values).map { _ in FrameEntry.put(table: 0, key: [], value: big) }
        entries[0] = .put(table: 0, key: [], value: Array(big.dropLast(head)))
        #expect(try Self.encode(entries).stride == LogLimits.frameByteCountMax)
        entries[0] = .put(table: 0, key: [], value: Array(big.dropLast(head + 1)))
        _ = try Self.encode(entries)
        entries[0] = .put(table: 0, key: [], value: Array(big.dropLast(head - 1)))
        #expect(
            throws: AppendError.limit(
                name: "size of the frame in bytes", found: LogLimits.frameByteCountMax + 1,
                limit: LogLimits.frameByteCountMax)
        ) { _ = try Self.encode(entries) }
    }

    @Test("A topic's name that leads elsewhere, or is too long, is refused")
    func topics() throws {
        let id = PartitionID(rawValue: 0)
        for topic in ["", ".", "..", "a/b", "../x", "a b", String(repeating: "t", count: 250)] {
            #expect(throws: AppendError.invalidTopic(topic)) {
                _ = try Self.encode([.createPartition(id, topic: topic, index: 0)])
            }
        }
        for count in [TopicName.lengthMax - 1, TopicName.lengthMax] {
            let topic = String(repeating: "t", count: count)
            _ = try Self.encode([.createPartition(id, topic: topic, index: 0)])
        }
    }

    @Test("A frame that contradicts the log is refused as a whole, and the log goes on")
    func contradictions() throws {
        let log = try FaultTests.logWithRecords(SimulatedFileSystem(), ["a"])
        let batch = TestBatches.batch(["b"])
        let (known, unknown) = (PartitionID(rawValue: 0), PartitionID(rawValue: 9))
        let good = FrameEntry.put(table: 1, key: [1], value: [1])
        let cases: [(FrameEntry, AppendError)] = [
            (.batches(unknown, batch), .unknownPartition(unknown)),
            (.removePartition(unknown), .unknownPartition(unknown)),
            (
                .createPartition(known, topic: "new", index: 0),
                .identityUsed(known, next: PartitionID(rawValue: 1))
            ),
            (
                .createPartition(unknown, topic: "orders", index: 0),
                .partitionExists(topic: "orders", index: 0)
            ),
            (.alterPartition(unknown, PartitionOptions()), .unknownPartition(unknown)),
            (.removeBefore(unknown, offset: .zero), .unknownPartition(unknown)),
            (
                .removeBefore(known, offset: RecordOffset(rawValue: 2)),
                .removalBeyondEnd(
                    known, offset: RecordOffset(rawValue: 2), end: RecordOffset(rawValue: 1))
            ),
        ]
        for (entry, error) in cases {
            #expect(throws: error) { try log.append(FrameContent([good, entry])) }
        }
        #expect(throws: AppendError.emptyFrame) { try log.append(FrameContent([])) }
        #expect(log.value(table: 1, key: [1]) == nil)
        #expect(log.nextPartitionID == PartitionID(rawValue: 1))
        let receipt = try log.append(.batches(known, batch))
        #expect(receipt.baseOffsets == [RecordOffset(rawValue: 1)])
        try log.close()
    }

    @Test("Every cut and every flipped bit of a batch is refused before it is written")
    func batches() throws {
        let id = PartitionID(rawValue: 0)
        let batch = TestBatches.batch(["a", "b"])
        for count in 0..<batch.count {
            #expect(throws: AppendError.self) {
                _ = try Self.encode([.batches(id, Array(batch[..<count]))])
            }
        }
        for position in BatchHeader.At.magic..<batch.count {
            var flipped = batch
            flipped[position] ^= 4
            #expect(throws: AppendError.self) { _ = try Self.encode([.batches(id, flipped)]) }
        }
    }

    @Test("Reading outside of the partition, or of none, is refused with its bounds")
    func reads() throws {
        let log = try FaultTests.logWithRecords(SimulatedFileSystem(), ["a", "b"])
        var bytes: [UInt8] = []
        let end = RecordOffset(rawValue: 2)
        let atEnd = try log.read(FaultTests.partition, from: end, maximumBytes: 10, into: &bytes)
        #expect(atEnd == ReadResult(batches: [], nextOffset: end, highWatermark: end))
        for offset in [-1, 3] as [Int64] {
            let offset = RecordOffset(rawValue: offset)
            #expect(throws: ReadError.offsetOutOfRange(offset, start: .zero, end: end)) {
                try log.read(FaultTests.partition, from: offset, maximumBytes: 9, into: &bytes)
            }
        }
        let unknown = PartitionID(rawValue: 5)
        #expect(throws: ReadError.unknownPartition(unknown)) {
            try log.read(unknown, from: .zero, maximumBytes: 9, into: &bytes)
        }
        #expect(log.bounds(unknown) == nil)
        try log.close()
    }

    @Test("The constants of each layout tile it without a gap")
    func layouts() {
        typealias File = FileHeader.At
        #expect(
            [
                File.magic, File.version, File.partition, File.base, File.generation, File.crc,
                File.end,
            ]
                == [0, 8, 12, 16, 24, 28, 32])
        typealias Frame = FrameHeader.At
        #expect(
            [
                Frame.magic, Frame.byteCount, Frame.position, Frame.syncedBefore, Frame.timestamp,
                Frame.entryCount, Frame.entriesCRC, Frame.tag, Frame.headerCRC, Frame.end,
            ] == [0, 4, 8, 16, 24, 32, 36, 40, 44, 48])
        typealias Entry = EntryHeader.At
        #expect(
            [Entry.kind, Entry.detail, Entry.reserved, Entry.first, Entry.second, Entry.end]
                == [0, 1, 2, 4, 8, 12])
        typealias Block = BlockPlace.At
        #expect(
            [
                Block.baseOffset, Block.lastOffset, Block.minTimestamp, Block.maxTimestamp,
                Block.maxTimestampSoFar, Block.position, Block.byteCount, Block.recordCount,
                Block.blockCRC, Block.crc, Block.end,
            ] == [0, 8, 16, 24, 32, 40, 48, 52, 56, 60, 64])
        #expect(FileHeader(.commit, base: 77).bytes.count == File.end)
        var block: [UInt8] = []
        BlockPlace(
            baseOffset: 1, lastOffset: 2, minTimestamp: 3, maxTimestamp: 4, maxTimestampSoFar: 5,
            position: 60, byteCount: 7, recordCount: 8, blockCRC: 9
        ).append(to: &block)
        #expect(block.count == Block.end)
        #expect(BlockPlace(parsing: block.rawSpan, at: 0)?.recordCount == 8)
    }
}
