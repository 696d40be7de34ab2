import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Offering frames without waiting")
struct SubmittingTests {
    private static let partition = PartitionID(rawValue: 0)

    private static func open(queueByteCountMax: Int = 64 << 20) throws -> CommitLog {
        var options = CrashScript.options
        options.queueByteCountMax = queueByteCountMax
        let log = try CommitLog.open(
            "/data", SimulatedFileSystem(), ManualClock(), options, startsThreads: false)
        try log.submit(FrameContent([.createPartition(partition, topic: "t", index: 0)])) { _ in }
        log.driver.writeGroup()
        return log
    }

    @Test("A full queue answers full at once, and takes the same frame when there is room")
    func full() throws {
        let log = try Self.open(queueByteCountMax: 1)
        let answers = Monitor(0)
        let batch = TestBatches.batch(["a"])
        func prepare() throws -> PreparedAppend {
            try log.prepare(batch: batch.rawSpan, for: Self.partition) { result in
                if case .success = result { answers.withLock { $0 += 1 } }
            }
        }
        let (first, second) = (try prepare(), try prepare())
        #expect(try log.trySubmit(first) == .accepted)
        #expect(try log.trySubmit(second) == .full)
        #expect(try log.trySubmit(second, hasWaited: true) == .full)
        log.driver.writeGroup()
        #expect(try log.trySubmit(second) == .accepted)
        log.driver.writeGroup()
        #expect(answers.withLock { $0 } == 2)
        #expect(try FaultTests.values(log) == ["a", "a"])
        try log.close()
        #expect(throws: AppendError.closed) { try log.trySubmit(first) }
    }

    @Test("A batch from a span is the same frame as one from bytes; what is no batch is refused")
    func span() throws {
        let batch = TestBatches.batch(["a", "b"], producer: 3, sequence: 4)
        let one = try EncodedFrame(
            batch: batch.rawSpan, of: Self.partition, appendTime: nil, verifies: true)
        let other = try EncodedFrame(.batches(Self.partition, batch), verifiesBatches: true)
        #expect(one.bytes == other.bytes && one.operations == other.operations)
        #expect(one.batchByteCount == other.batchByteCount && one.hasProducers)
        for count in 0..<batch.count {
            let cut = Array(batch[..<count])
            #expect(throws: AppendError.self) {
                _ = try EncodedFrame(
                    batch: cut.rawSpan, of: Self.partition, appendTime: nil, verifies: true)
            }
        }
        let two = batch + batch
        var flipped = batch
        flipped[batch.count - 1] ^= 1
        for wrong in [two, flipped] {
            #expect(throws: AppendError.self) {
                _ = try EncodedFrame(
                    batch: wrong.rawSpan, of: Self.partition, appendTime: nil, verifies: true)
            }
        }
    }

    @Test("The time of the append stands for that of all records, and the checksum is right")
    func appendTime() throws {
        let log = try Self.open()
        let batch = TestBatches.batch(["a", "b"])
        let append = try log.prepare(
            batch: batch.rawSpan, for: Self.partition, appendTime: 77
        ) { _ in }
        #expect(try log.trySubmit(append) == .accepted)
        log.driver.writeGroup()
        var bytes: [UInt8] = []
        _ = try log.read(Self.partition, from: .zero, maximumBytes: 1 << 20, into: &bytes)
        let header = try BatchHeader(parsing: bytes.rawSpan)
        try header.verifyChecksum(of: bytes.rawSpan)
        #expect(header.attributes.hasLogAppendTime && header.maxTimestamp == 77)
        var buffer = RecordBuffer()
        try BatchReader().read(bytes.rawSpan, into: &buffer)
        #expect(buffer.rows.map(\.timestamp) == [77, 77])
        try log.close()
    }

    /// Packing such records into a block trapped, and with it the process, at every start anew.
    @Test("Records whose offsets do not ascend are sealed as they came")
    func offsets() throws {
        let log = try FaultTests.open(SimulatedFileSystem())
        try AppendAndReadTests.create(log)
        var batch = TestBatches.batch(["a", "b"])
        let start = BatchHeader.At.attributes
        // The second record's offset delta, 1, before no key, one byte of value and no headers.
        let place = batch.count - 5
        #expect(batch[place] == 2, "zigzag")
        batch[place] = 0
        let crc = CRC32C.checksum(batch.rawSpan.slice(start, count: batch.count - start))
        batch.replace(at: BatchHeader.At.crc, bigEndian: crc)
        try log.append(.batches(Self.partition, batch))
        try log.append(.batches(Self.partition, TestBatches.batch(["c"])))
        try log.sealNow()
        #expect(log.partitions().first?.sealedEnd.rawValue == 3)
        #expect(throws: BatchError.self) { try FaultTests.values(log) }
        #expect(try TestBatches.records(of: Self.partition, in: log, from: 2).map(\.value) == ["c"])
        try log.close()
    }
}
