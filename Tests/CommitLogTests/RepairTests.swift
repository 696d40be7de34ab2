import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Repair of a damaged log")
struct RepairTests {
    private static let layout = DataLayout("/data")
    private static let long = String(repeating: "x", count: 200)

    /// What was given out, by topic: value by offset.
    private struct Given {
        var values: [String: [Int64: String]] = [:]
        var nextID: UInt32 = 0
    }

    /// How a log is damaged, and what must be true of it afterwards.
    enum Harm: String, CaseIterable, CustomTestStringConvertible {
        case frameInTheMiddle = "a frame in the middle"
        case lastFrame = "the last acknowledged frame"
        case missingMiddleFile = "a file in the middle is missing"
        case missingFirstFile = "the first file is missing"
        case missingLastFile = "the last file is missing"
        case missingLog = "the whole commit log is missing"
        case bothSnapshots = "both snapshots"
        case snapshotsAndFirstFile = "both snapshots, and the first file is missing"
        var testDescription: String { rawValue }
    }

    /// A closed log: segments and snapshot, and behind them several files of frames.
    private static func disk() throws -> (SimulatedFileSystem, Given) {
        let disk = SimulatedFileSystem()
        var given = Given()
        let log = try FaultTests.open(disk)
        let topics = ["busy", "idle", "late"]
        func create(_ id: UInt32, _ topic: String) throws {
            let id = PartitionID(rawValue: id)
            try log.append(FrameContent([.createPartition(id, topic: topic, index: 0)]))
        }
        func append(_ topic: Int, _ count: Int) throws {
            let known = given.values[topics[topic]]?.count ?? 0
            let values = (0..<count).map { "\(topics[topic]) \(known + $0)" + Self.long }
            let receipt = try log.append(
                FrameContent([
                    .batches(PartitionID(rawValue: UInt32(topic)), TestBatches.batch(values)),
                    .put(table: 1, key: [UInt8(topic)], value: [UInt8(known)]),
                ]))
            for (index, value) in values.enumerated() {
                given.values[topics[topic], default: [:]][
                    receipt.baseOffsets[0].rawValue + Int64(index)] = value
            }
        }
        try create(0, "busy")
        try create(1, "idle")
        for _ in 0..<3 { try append(0, 2) }
        try append(1, 1)
        try log.sealNow()
        try append(0, 1)
        try create(2, "late")
        try append(2, 1)
        try append(1, 2)  // The only one of this topic behind the snapshot.
        for _ in 0..<6 { try append(0, 1) }
        try append(2, 1)
        given.nextID = log.nextPartitionID.rawValue
        try log.close()
        return (disk, given)
    }

    private static func commitFiles(_ disk: SimulatedFileSystem) throws -> [FilePath] {
        try LogInspector(directory: "/data", fileSystem: disk).commitFiles()
    }

    private static func frames(
        _ disk: SimulatedFileSystem
    ) throws -> [(path: FilePath, frame: InspectedFrame)] {
        let inspector = LogInspector(directory: "/data", fileSystem: disk)
        var frames: [(FilePath, InspectedFrame)] = []
        for path in try commitFiles(disk) {
            try inspector.walk(path) {
                if case .frame(let frame) = $0 { frames.append((path, frame)) }
            }
        }
        return frames
    }

    private static func apply(_ harm: Harm, to disk: SimulatedFileSystem) throws {
        let files = try commitFiles(disk)
        let frames = try frames(disk)
        func flip(_ frame: (path: FilePath, frame: InspectedFrame)) {
            disk.flipBit(2, at: Int(frame.frame.filePosition) + 80, of: frame.path)
        }
        func flipSnapshots() throws {
            for name in try disk.list("/data/checkpoint") {
                disk.flipBit(1, at: 70, of: FilePath("/data/checkpoint/\(name)"))
            }
        }
        switch harm {
        case .frameInTheMiddle:
            let idle = frames.first {
                $0.frame.entries.contains {
                    if case .batches(PartitionID(rawValue: 1), _) = $0 { true } else { false }
                }
            }
            flip(try #require(idle))
        case .lastFrame: flip(frames[frames.count - 2])  // Behind it is the proof of closing.
        case .missingMiddleFile: try disk.remove(files[files.count / 2])
        case .missingFirstFile: try disk.remove(files[0])
        case .missingLastFile: try disk.remove(files[files.count - 1])
        case .missingLog: for file in files { try disk.remove(file) }
        case .bothSnapshots: try flipSnapshots()
        case .snapshotsAndFirstFile:
            try flipSnapshots()
            try disk.remove(files[0])
        }
    }

    private static func contents(_ disk: SimulatedFileSystem) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for path in try disk.filesOfTree("/data") where path.parts.name != "LOCK" {
            contents[path.string] = try disk.contents(of: path, limit: 1 << 20)
        }
        return contents
    }

    @Test(
        "A repaired log takes records, gives no offset a second time, keeps what is whole, and is whole",
        arguments: Harm.allCases)
    func repair(harm: Harm) throws {
        let (disk, given) = try Self.disk()
        try Self.apply(harm, to: disk)
        let damaged = try Self.contents(disk)
        let before = try? FaultTests.open(disk.copy())
        #expect(before == nil || before?.recovery.fence != nil)
        let readable = try before.map { try Self.values($0) } ?? [:]
        try? before?.close()
        let repair = LogRepair(directory: "/data", fileSystem: disk, clock: ManualClock())
        let plan = try repair.plan()
        #expect(plan.isNeeded && !plan.damage.isEmpty)
        #expect(try Self.contents(disk) == damaged, "a plan changes nothing")
        let report = try repair.run()
        #expect(report.damage == plan.damage && report.jumps == plan.jumps)
        #expect(report.sealingFailure == nil)
        for path in Set(plan.damage.map(\.file.string)) {
            guard let bytes = damaged[path] else { continue }
            let copy = FilePath("/data/lost+found/1/\(FilePath(path).parts.name)")
            #expect(try disk.contents(of: copy, limit: 1 << 20) == bytes)
        }
        let again = try repair.plan()
        #expect(!again.isNeeded && again.damage.isEmpty, "\(again.damage)")

        let log = try FaultTests.open(disk.crash(.unsyncedLost))
        #expect(log.recovery.damage.isEmpty && log.recovery.fence == nil)
        let found = try Self.values(log)
        for (topic, values) in readable {
            for (offset, value) in values { #expect(found[topic]?[offset] == value) }
        }
        for partition in log.partitions() {
            for (offset, value) in found[partition.topic] ?? [:] {
                let known = given.values[partition.topic]?[offset]
                let isAdopted = partition.topic.hasPrefix("lost-and-found-")
                #expect(known == value || isAdopted, "\(partition.topic) \(offset)")
            }
            let receipt = try log.append(.batches(partition.id, TestBatches.batch(["new"])))
            let last = given.values[partition.topic]?.keys.max() ?? -1
            #expect(receipt.baseOffsets[0].rawValue > last, "\(partition.topic)")
            #expect(
                try Self.values(log)[partition.topic]?[receipt.baseOffsets[0].rawValue] == "new")
        }
        #expect(log.nextPartitionID.rawValue >= given.nextID)
        try log.sealNow()
        try log.close()
        let verified = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(verified.isWhole, "\(verified.damage)")
    }

    /// Values by topic and offset.
    private static func values(_ log: CommitLog) throws -> [String: [Int64: String]] {
        var values: [String: [Int64: String]] = [:]
        for partition in log.partitions() {
            for record in try TestBatches.records(of: partition.id, in: log) {
                values[partition.topic, default: [:]][record.offset] = record.value
            }
        }
        return values
    }

    @Test("Offsets jump only where nothing behind the damage says how far they had come")
    func jumps() throws {
        let (disk, given) = try Self.disk()
        try Self.apply(.frameInTheMiddle, to: disk)
        let report = try LogRepair(
            directory: "/data", fileSystem: disk, clock: ManualClock()
        ).plan()
        #expect(report.jumps.map(\.topic) == ["idle"])
        let jump = try #require(report.jumps.first)
        #expect(jump.offsets.lowerBound.rawValue == 1)
        #expect(jump.offsets.upperBound.rawValue > Int64(given.values["idle"]?.count ?? 0))
        #expect(!report.hasLostState && report.adopted.isEmpty)
    }

    @Test("A reader that stands in front of a jump comes behind it")
    func reading() throws {
        let (disk, _) = try Self.disk()
        try Self.apply(.frameInTheMiddle, to: disk)
        _ = try LogRepair(directory: "/data", fileSystem: disk, clock: ManualClock()).run()
        let log = try FaultTests.open(disk)
        let idle = try #require(log.partitions().first { $0.topic == "idle" })
        var bytes: [UInt8] = []
        let result = try log.read(
            idle.id, from: RecordOffset(rawValue: 1), maximumBytes: 1_000, into: &bytes)
        #expect(result.batches.isEmpty && result.nextOffset == idle.end)
        try log.close()
    }

    @Test("Power lost at any call of a repair: it can be repeated, and no offset is given twice")
    func crashes() throws {
        let (start, given) = try Self.disk()
        try Self.apply(.frameInTheMiddle, to: start)
        let disk = start.crash(.unsyncedKept)
        let whole = disk.copy()
        _ = try LogRepair(directory: "/data", fileSystem: whole, clock: ManualClock()).run()
        for call in stride(from: 1, through: whole.callCount, by: 2) {
            let cut = disk.copy()
            cut.inject(.powerLoss, atCall: call)
            _ = try? LogRepair(directory: "/data", fileSystem: cut, clock: ManualClock()).run()
            let found = cut.crash(.unsyncedMixed(seed: UInt64(call)))
            _ = try LogRepair(directory: "/data", fileSystem: found, clock: ManualClock()).run()
            let log = try FaultTests.open(found)
            #expect(log.recovery.fence == nil, "call \(call)")
            let idle = try #require(log.partitions().first { $0.topic == "idle" })
            #expect(idle.end.rawValue >= Int64(given.values["idle"]?.count ?? 0), "call \(call)")
            #expect(try Self.values(log)["busy"]?.count == given.values["busy"]?.count)
            try log.close()
        }
    }

    @Test("A log that takes records is left alone")
    func nothingToDo() throws {
        let (disk, _) = try Self.disk()
        let before = try Self.contents(disk)
        let repair = LogRepair(directory: "/data", fileSystem: disk, clock: ManualClock())
        #expect(try !repair.plan().isNeeded)
        #expect(try !repair.run().isNeeded)
        #expect(try Self.contents(disk) == before)
        #expect(throws: OpenError.self) {
            _ = try LogRepair(directory: "/", fileSystem: disk, clock: ManualClock()).plan()
        }
    }
}
