import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Files as targets")
struct FileTargetTests {
    private let fileSystem = SimulatedFileSystem()

    private func contents(_ path: FilePath) throws -> String? {
        try TargetCase.contents(path, fileSystem).map { String(decoding: $0, as: UTF8.self) }
    }

    private func whole(_ compression: StreamCompression? = nil) throws -> FileTarget {
        FileTarget(
            try TargetCase.output("/out", compression, fileSystem, isResumable: false), store: nil)
    }

    @Test("A whole output replaces the old one when it is finished, and not before")
    func replaces() throws {
        let old = Array("old\n".utf8)
        try fileSystem.replace("/out", with: old.rawSpan)
        let target = try whole()
        try TargetCase.write(["new"], to: target)
        try target.commit(positions: [:], state: [])
        #expect(try contents("/out") == "old\n")
        try target.finish()
        try target.close()
        #expect(try contents("/out") == "new\n")
        #expect(try fileSystem.list("/") == ["out"])
    }

    @Test("An output that is closed without being finished leaves nothing behind")
    func abandoned() throws {
        let target = try whole()
        try TargetCase.write(["new"], to: target)
        try target.commit(positions: [:], state: [])
        try target.close()
        #expect(try fileSystem.list("/") == [])
    }

    @Test("What a killed process left of a whole output is taken over")
    func leftOver() throws {
        let left = Array("a long rest of an earlier process\n".utf8)
        try fileSystem.replace("/.out.partial", with: left.rawSpan)
        let target = try whole()
        try TargetCase.write(["new"], to: target)
        try target.finish()
        #expect(try contents("/out") == "new\n")
        #expect(try fileSystem.list("/") == ["out"])
    }

    @Test("A second writer of one output is refused", arguments: [false, true])
    func secondWriter(isResumable: Bool) throws {
        let first = try TargetCase.output("/out", nil, fileSystem, isResumable: isResumable)
        #expect(throws: TargetError.inUse(path: "/out")) {
            try TargetCase.output("/out", nil, fileSystem, isResumable: isResumable)
        }
        try first.close()
    }

    @Test("A full disk is an error that names the file, and nothing is left of the output")
    func fullDisk() throws {
        let target = try whole()
        fileSystem.setCapacity(1_000)
        let error = #expect(throws: TargetError.self) {
            try TargetCase.write([String(repeating: "x", count: 40_000)], to: target)
        }
        #expect(
            error?.description.hasPrefix(
                "cannot write to /.out.partial: no space left on the disk. "
                    + "Free some space, then repeat.") == true)
        try target.close()
        #expect(try fileSystem.list("/") == [])
    }

    @Test("A directory or a missing directory is refused when the output is opened")
    func refused() throws {
        try fileSystem.createDirectory("/folder")
        for (path, prefix): (FilePath, String) in [
            ("/folder", "cannot open /folder: it is a directory. Name a file."),
            ("/none/out", "cannot open /none/.out.partial: it does not exist. Check the path."),
        ] {
            let error = #expect(throws: TargetError.self) {
                try TargetCase.output(path, nil, fileSystem, isResumable: false)
            }
            #expect(error?.description.hasPrefix(prefix) == true)
        }
    }

    @Test("Late and dead-lettered records go to their files, or are counted only")
    func roles() throws {
        let late = try TargetCase.output("/late", nil, fileSystem, isResumable: false)
        let target = FileTarget(
            try TargetCase.output("/out", nil, fileSystem, isResumable: false),
            side: SideOutputs([.late: late]), store: nil)
        try TargetCase.write(["m"], to: target)
        try TargetCase.write(["l1", "l2"], to: target, role: .late)
        try TargetCase.write(["d"], to: target, role: .deadLetter)
        #expect(target.pendingByteCount == 8)
        try target.commit(positions: [:], state: [])
        try target.finish()
        #expect(try contents("/out") == "m\n")
        #expect(try contents("/late") == "l1\nl2\n")
        #expect(target.count(of: .late) == 2)
        #expect(target.count(of: .deadLetter) == 1)
        #expect(try fileSystem.list("/") == ["late", "out"])
    }

    @Test("Stored progress of another output, or a file shorter than it, is refused")
    func mismatch() throws {
        let store = MemoryStore()
        try store.save(positions: [:], state: [])
        let foreign = FileTarget(
            try TargetCase.output("/out", nil, fileSystem, isResumable: true), store: store)
        #expect(throws: TargetError.foreignProgress(path: "/out")) { try foreign.restore() }
        try foreign.commit(positions: [:], state: [])
        try TargetCase.write(["abc"], to: foreign)
        try foreign.commit(positions: [:], state: [])
        try foreign.close()
        try fileSystem.open("/out", .update).truncate(to: 3)
        let copy = fileSystem.copy()
        let target = FileTarget(
            try TargetCase.output("/out", nil, copy, isResumable: true), store: store)
        #expect(
            throws: TargetError.shorterThanCommitted(path: "/out", committed: 4, found: 3)
        ) { try target.restore() }
    }

    @Test("State and positions come back without the target's own")
    func progress() throws {
        let store = MemoryStore()
        let position = SourcePosition(bytes: [1, 2])
        let change = StateChange(key: [7], value: [8])
        let target = FileTarget(
            try TargetCase.output("/out", nil, fileSystem, isResumable: true), store: store)
        #expect(try target.restore() == nil)
        try target.commit(positions: [SplitName("s"): position], state: [change])
        let second = FileTarget(
            try TargetCase.output("/out", nil, fileSystem.copy(), isResumable: true), store: store)
        #expect(
            try second.restore()
                == CommittedProgress(positions: [SplitName("s"): position], state: [change]))
    }

    struct Crash: Sendable, CustomTestStringConvertible {
        let compression: StreamCompression?
        let outcome: CrashOutcome
        var testDescription: String { "\(compression?.rawValue ?? "plain"), \(outcome)" }

        static let all: [Crash] = [nil, .zstd, .gzip].flatMap { compression in
            [.unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: 11)].map {
                Crash(compression: compression, outcome: $0)
            }
        }
    }

    /// Writes the batches behind the committed position, one commit each.
    private static func run(
        _ fileSystem: SimulatedFileSystem, _ store: MemoryStore, _ compression: StreamCompression?
    ) throws {
        let target = FileTarget(
            try TargetCase.output("/out", compression, fileSystem, isResumable: true), store: store)
        let split = SplitName("s")
        let done = try target.restore()?.positions[split]?.bytes.first ?? 0
        for batch in done..<4 {
            try TargetCase.write(["batch \(batch)", "x"], to: target)
            try target.commit(
                positions: [split: SourcePosition(bytes: [batch + 1])], state: [])
        }
        try target.finish()
        try target.close()
    }

    @Test(
        "After a crash at any call a resumed output equals one that was never disturbed",
        arguments: Crash.all)
    func crashes(_ row: Crash) throws {
        try Self.run(fileSystem, MemoryStore(), row.compression)
        let undisturbed = try TargetCase.contents("/out", fileSystem)
        for call in 1...fileSystem.callLog.count {
            for fault in [Fault.powerLoss, .tear(afterBytes: 5), .fail(.noSpace)] {
                let disk = SimulatedFileSystem()
                let store = MemoryStore()
                disk.inject(fault, atCall: call)
                try? Self.run(disk, store, row.compression)
                let after = disk.crash(row.outcome)
                try Self.run(after, store, row.compression)
                #expect(
                    try TargetCase.contents("/out", after) == undisturbed,
                    "\(fault) at call \(call)")
            }
        }
    }

    @Test("A crash between the file's commit and the store's costs nothing")
    func storeFailure() throws {
        let store = MemoryStore()
        store.failsNext = true
        #expect(throws: MemoryStore.Failure.self) { try Self.run(fileSystem, store, .zstd) }
        let after = fileSystem.crash(.unsyncedKept)
        try Self.run(after, store, .zstd)
        try Self.run(fileSystem.copy(), MemoryStore(), .zstd)
        #expect(
            try TargetCase.lines(TargetCase.contents("/out", after))
                == (0..<4).flatMap { ["batch \($0)", "x"] })
    }
}
