import Bytes
import Foundation
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

/// Data directories that a version of the format has written stay as fixtures and must open.
///
/// `Tests/Scripts/data_directories.sh` writes them anew, which only a new format should need.
@Suite("Format fixtures")
struct FormatFixtureTests {
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("Fixtures").appending("DataDirectories")
    static let names = [
        "format-1-cleaned", "format-1-commit-log", "format-1-sealed", "format-1-torn",
    ]
    private static let byteCountMax = 200_000

    private static var options: LogOptions {
        var options = LogOptions()
        options.summarizer = { $0 == "keyed" ? SummaryTests.Values() : nil }
        options.commitFileByteCount = 3_000
        options.segmentByteCountMax = 2_000
        options.blockByteCount = 400
        options.sealsInBackground = false
        return options
    }

    @Test("A directory of format 1 opens, holds what it held, and is whole", arguments: names)
    func opens(name: String) throws {
        let real = RealFileSystem()
        let temporary = try TestDirectory()
        try real.copyTree(
            Self.folder.appending(name).appending("data"), to: temporary.path, in: real)
        for directory in ["commit", "topics", "checkpoint"] {
            let path = temporary.path.appending(directory)
            if try real.status(of: path) == nil { try real.createDirectory(path) }
        }
        let expected = String(
            decoding: try real.contents(
                of: Self.folder.appending(name).appending("expected.txt"), limit: 1 << 20),
            as: UTF8.self)
        let before = try LogInspector(directory: temporary.path).verify()
        #expect(before.isWhole, "\(before.damage)")
        let log = try CommitLog.open(directory: temporary.path, options: Self.options)
        #expect(try Self.text(log) == expected)
        if let keyed = log.partitions().first(where: { $0.topic == "keyed" }) {
            let listed = try #require(try log.sealedBlocks(keyed.id, holding: keyed.start))
            #expect(!listed.blocks.contains { $0.summary == nil }, "a block has no summary")
        }
        // It goes on as a log of this version, and is the same afterwards.
        try log.sealNow()
        try log.close()
        let again = try CommitLog.open(directory: temporary.path, options: Self.options)
        let lines = expected.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(
            try Self.text(again).split(separator: "\n").dropFirst().joined(separator: "\n") == lines
        )
        try again.close()
        let after = try LogInspector(directory: temporary.path).verify()
        #expect(after.isWhole, "\(after.damage)")
    }

    @Test("The fixtures are small, and every folder is tested")
    func small() throws {
        let real = RealFileSystem()
        #expect(try real.list(Self.folder).filter { $0.hasPrefix("format-") } == Self.names)
        let size = try real.filesOfTree(Self.folder).reduce(0) { sum, file in
            sum + (try real.status(of: file)?.size ?? 0)
        }
        #expect(size < Self.byteCountMax)
    }

    /// Everything that a log holds, as text; the first line is what opening has found.
    private static func text(_ log: CommitLog) throws -> String {
        var lines = [
            "cut \(log.recovery.bytesCut), damage \(log.recovery.damage.count), "
                + "next partition \(log.nextPartitionID.rawValue)"
        ]
        for partition in log.partitions() {
            lines.append(
                "partition \(partition.id.rawValue) \(partition.topic)/\(partition.index) "
                    + "\(partition.start.rawValue)..<\(partition.end.rawValue) "
                    + "level \(partition.options.compressionLevel), "
                    + "retention \(partition.options.retentionMilliseconds ?? -1)")
            for record in try TestBatches.records(of: partition.id, in: log) {
                lines.append("  \(record)")
            }
        }
        for table in UInt8(0)...3 {
            for entry in log.entries(table: table) {
                lines.append("\(table) \(entry.key) \(entry.value)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: Writing

    @Test(
        "Writing the fixtures anew, when it is asked for",
        .enabled(if: ProcessEnvironment.value(of: "SLUICE_WRITE_FIXTURES") != nil))
    func write() throws {
        for name in Self.names {
            let target = Self.folder.appending(name)
            let real = RealFileSystem()
            if try real.status(of: target) != nil { try real.removeTree(target) }
            try real.createDirectories(target.appending("data"))
            let disk = SimulatedFileSystem()
            let log = try CommitLog.open(
                directory: "/data", fileSystem: disk, clock: ManualClock(), options: Self.options)
            if name.hasSuffix("cleaned") {
                try Self.fillAndClean(log)
            } else {
                try Self.fill(log, seals: name.hasSuffix("sealed"))
            }
            if name.hasSuffix("torn") {
                disk.inject(.tear(afterBytes: 70), atCall: disk.callCount + 1)
                _ = try? log.append(Self.records(0, 3, "never acknowledged"))
                try disk.crash(.unsyncedKept).copyTree(
                    "/data", to: target.appending("data"), in: real)
            } else {
                try log.close()
                try disk.copyTree("/data", to: target.appending("data"), in: real)
            }
            try real.remove(target.appending("data").appending("LOCK"))
            let temporary = try TestDirectory()
            try real.copyTree(target.appending("data"), to: temporary.path, in: real)
            let again = try CommitLog.open(directory: temporary.path, options: Self.options)
            let text = try Self.text(again)
            try real.replace(target.appending("expected.txt"), with: Array(text.utf8).rawSpan)
            try again.close()
            // Git keeps no empty directories.
            for directory in ["commit", "topics", "checkpoint"] {
                let path = target.appending("data").appending(directory)
                if try real.list(path).isEmpty { try real.remove(path) }
            }
        }
    }

    private static func records(_ id: UInt32, _ count: Int, _ word: String) -> FrameContent {
        let values = (0..<count).map { "\(word) \($0) " + String(repeating: "v", count: 40) }
        return .batches(PartitionID(rawValue: id), TestBatches.batch(values))
    }

    /// Transactions, keys that were compacted, records that were trimmed, summaries.
    private static func fillAndClean(_ log: CommitLog) throws {
        let id = PartitionID(rawValue: 0)
        var options = PartitionOptions(compressionLevel: 1)
        options.cleanup = .compact
        options.dirtyRatioMin = 0
        try log.append(
            FrameContent([.createPartition(id, topic: "keyed", index: 0, options: options)]))
        for round in 0..<6 {
            let value = "round \(round) " + String(repeating: "v", count: 120)
            try log.append(
                .batches(
                    id,
                    TestBatches.batch([
                        ("a", value), ("b\(round)", value), (round == 3 ? "b1" : "c", nil),
                    ])))
        }
        for (producer, marker) in [(Int64(7), ControlMarker.commit), (8, .abort)] {
            try log.append(
                .batches(id, TestBatches.batch(["of \(producer)"], transactionOf: producer)))
            let end = marker.batch(
                producerID: producer, producerEpoch: 0, coordinatorEpoch: 0, timestamp: 1_000)
            try log.append(.batches(id, end))
        }
        try log.append(
            FrameContent([.removeBefore(id, offset: RecordOffset(rawValue: 2), reason: .request)]))
        try log.compactNow([id])
        // One transaction is left open, one ends behind what is sealed.
        try log.append(.batches(id, TestBatches.batch(["open"], transactionOf: 9)))
    }

    /// Every kind of change, several files, and segments if asked for.
    private static func fill(_ log: CommitLog, seals: Bool) throws {
        var options = PartitionOptions(compressionLevel: 1)
        for id in UInt32(0)..<4 {
            try log.append(
                FrameContent([
                    .createPartition(
                        PartitionID(rawValue: id), topic: id == 3 ? "gone" : "orders",
                        index: Int32(id % 3), options: options)
                ]))
        }
        for round in 0..<12 {
            let id = UInt32(round % 4)
            var frame = records(id, 1 + round % 3, "round \(round), record")
            frame.entries.append(.put(table: 1, key: [1, UInt8(round)], value: [UInt8(round), 0]))
            frame.entries.append(.put(table: 2, key: [UInt8(round)], value: []))
            try log.append(frame, durability: round % 2 == 0 ? .fsync : .os)
            if seals, round == 6 { try log.sealNow() }
        }
        options.retentionMilliseconds = 86_400_000
        try log.append(
            FrameContent([
                .remove(table: 2, key: [3]), .removePrefix(table: 1, prefix: [1, 2]),
                .alterPartition(PartitionID(rawValue: 1), options),
                .removeBefore(
                    PartitionID(rawValue: 0), offset: RecordOffset(rawValue: 2), reason: .request),
                .removePartition(PartitionID(rawValue: 3)),
            ]))
        if seals { try log.checkpoint() }
        try log.append(
            FrameContent([
                .batches(
                    PartitionID(rawValue: 2),
                    TestBatches.batch(
                        ["compressed", "compressed", "compressed"], compression: .zstd(level: 1)))
            ]))
    }
}
