import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Hostile bytes")
struct HostileBytesTests {
    private static let lives = 30

    /// A closed directory with files of every kind.
    private static func disk() throws -> SimulatedFileSystem {
        let disk = SimulatedFileSystem()
        var script = CrashScript.complete
        script.run(on: disk)
        #expect(script.acknowledged == script.possible)
        return disk.crash(.unsyncedKept)
    }

    private static func value(_ generator: inout SeededGenerator) -> UInt8 {
        [0, 0xFF, 0x7F, 0x80, UInt8.random(in: 0...255, using: &generator)]
            .randomElement(using: &generator) ?? 0
    }

    /// Changes some bytes, or cuts, or lengthens.
    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
        case 1: bytes += (0..<100).map { _ in value(&generator) }
        default:
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let width = [1, 2, 4, 8].randomElement(using: &generator) ?? 1
                let end = min(bytes.count, start + width)
                for position in start..<end { bytes[position] = value(&generator) }
            }
        }
    }

    /// Makes the checksums of a changed file right, so that what is behind them is reached.
    private static func seal(_ bytes: inout [UInt8], _ path: FilePath) {
        guard bytes.count >= FileHeader.At.end else { return }
        let header = CRC32C.checksum(bytes.rawSpan.slice(0, count: FileHeader.At.crc))
        bytes.replace(at: FileHeader.At.crc, littleEndian: header)
        switch path.extension {
        case "log": sealFrames(&bytes)
        case "snapshot", "mirror":
            let body = FileHeader.At.end + 16
            guard bytes.count >= body else { return }
            bytes.replace(at: 32, littleEndian: UInt64(bytes.count - body))
            let crc = CRC32C.checksum(bytes.rawSpan.slice(body, count: bytes.count - body))
            bytes.replace(at: 40, littleEndian: crc)
        case "index":
            var entry = FileHeader.At.end
            while entry + BlockPlace.At.end <= bytes.count {
                let crc = CRC32C.checksum(bytes.rawSpan.slice(entry, count: BlockPlace.At.crc))
                bytes.replace(at: entry + BlockPlace.At.crc, littleEndian: crc)
                entry += BlockPlace.At.end
            }
        default: break
        }
    }

    private static func sealFrames(_ bytes: inout [UInt8]) {
        var start = FileHeader.At.end
        while start + FrameHeader.At.end <= bytes.count {
            let stated = Int(bytes.rawSpan.littleEndian(at: start + 4, as: UInt32.self))
            let stride = FrameHeader.padded(min(stated, bytes.count))
            guard stated >= FrameHeader.At.end, start + stride <= bytes.count else { return }
            let entries = CRC32C.checksum(
                bytes.rawSpan.slice(
                    start + FrameHeader.At.end, count: stride - FrameHeader.At.end))
            bytes.replace(at: start + FrameHeader.At.entriesCRC, littleEndian: entries)
            let header = CRC32C.checksum(
                bytes.rawSpan.slice(start, count: FrameHeader.At.headerCRC))
            bytes.replace(at: start + FrameHeader.At.headerCRC, littleEndian: header)
            start += stride
        }
    }

    /// Does everything that reads files; what it throws or finds does not matter.
    private static func exercise(_ disk: SimulatedFileSystem) throws {
        let inspector = LogInspector(directory: "/data", fileSystem: disk)
        _ = try? inspector.verify()
        for path in try inspector.commitFiles() { try? inspector.walk(path) { _ in } }
        for path in try inspector.segmentFiles() {
            _ = try? inspector.walkSegment(path) { _ in }
            _ = try? inspector.walkIndex(LogInspector.index(of: path)) { _ in }
        }
        for path in try inspector.snapshotFiles() { _ = try? inspector.snapshot(path) }
        _ = try? inspector.partitions(ofTopic: "orders")
        _ = try? LogRepair(directory: "/data", fileSystem: disk, clock: ManualClock()).plan()
        var copier = LogCopier(from: "/data", to: "/backup", fileSystem: disk.copy())
        _ = try? copier.run()
        guard let log = try? FaultTests.open(disk) else { return }
        for partition in log.partitions() {
            _ = try? log.offset(partition.id, atOrAfter: 1_001)
            _ = try? TestBatches.records(of: partition.id, in: log)
            _ = try? log.append(.batches(partition.id, TestBatches.batch(["x"])))
        }
        // Sealing lengthens a segment that is cut off, which a disk in memory has no room for.
        let byteCount = log.partitions().reduce(0) { $0 + $1.segmentByteCount }
        if byteCount < 1 << 20 { try? log.sealNow() }
        try? log.close()
    }

    @Test(
        "A file with changed bytes, with right or wrong checksums, is refused, named or read; nothing traps",
        arguments: [1, 2, 3] as [UInt64])
    func mutations(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = try Self.disk()
        let files = try whole.filesOfTree("/data").filter { $0.parts.name != "LOCK" }
        for life in 0..<Self.lives {
            let disk = whole.copy()
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                guard let path = files.randomElement(using: &generator) else { continue }
                var bytes = try disk.contents(of: path, limit: 1 << 20)
                Self.mutate(&bytes, &generator)
                if life % 4 != 0 { Self.seal(&bytes, path) }
                try disk.open(path, .replace).write(bytes.rawSpan, at: 0)
            }
            try Self.exercise(disk)
        }
    }

    @Test("Random bytes behind a right header, in every kind of file, do not trap")
    func randomFiles() throws {
        var generator = SeededGenerator(seed: 9)
        let whole = try Self.disk()
        for path in try whole.filesOfTree("/data") where path.parts.name != "LOCK" {
            let old = try whole.contents(of: path, limit: 1 << 20)
            for _ in 0..<3 {
                let disk = whole.copy()
                var bytes = Array(old.prefix(FileHeader.At.end))
                bytes += (0..<300).map { _ in Self.value(&generator) }
                Self.seal(&bytes, path)
                try disk.open(path, .replace).write(bytes.rawSpan, at: 0)
                try Self.exercise(disk)
            }
        }
    }

    @Test("Random bytes given to each decoder are refused, or read; nothing traps")
    func decoders() {
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<1_000 {
            let count = Int.random(in: 0...200, using: &generator)
            let bytes = (0..<count).map { _ in Self.value(&generator) }
            for kind in FileHeader.Kind.allCases {
                _ = try? FileHeader(parsing: bytes.rawSpan, expecting: kind)
            }
            _ = FrameHeader(parsing: bytes.rawSpan, at: .zero, tag: 0)
            _ = EntryHeader(parsing: bytes.rawSpan, at: count / 2)
            _ = BlockPlace(parsing: bytes.rawSpan, at: count / 3)
            _ = try? SnapshotCodec.decode(bytes.rawSpan)
            _ = try? PartitionOptionsCodec.decode(bytes.rawSpan)
            let header = FrameHeader(
                byteCount: count, position: .zero, syncedBefore: .zero, timestamp: 0,
                entryCount: Int.random(in: 0...9, using: &generator), entriesCRC: 0, tag: 0)
            if count >= FrameHeader.At.end {
                _ = try? FrameDecoder.operations(of: bytes.rawSpan, header: header)
            }
            let name = String(decoding: bytes.prefix(30), as: UTF8.self)
            _ = DataLayout.segment(name + ".segment")
            _ = DataLayout.number(of: name, suffix: ".log")
        }
    }

    @Test("Numbers at the edges of the names and of their range are names, or are none")
    func names() {
        #expect(DataLayout.number(of: "04611686018427387903.log", suffix: ".log") == .max / 2)
        #expect(DataLayout.number(of: "04611686018427387904.log", suffix: ".log") == nil)
        #expect(DataLayout.segment("04611686018427387903-4294967295.segment") != nil)
        #expect(DataLayout.segment("04611686018427387904-0.segment") == nil)
        #expect(DataLayout.segment("00000000000000000000-4294967296.segment") == nil)
        #expect(DataLayout.segment("00000000000000000000-01.segment") == nil)
        #expect(DataLayout.segment("-0000000000000000001-0.segment") == nil)
    }
}
