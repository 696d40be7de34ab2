import Bytes
import Synchronization
import SystemPackage
import Testing

@testable import Platform

@Suite("The simulated disk")
struct SimulatedFileSystemTests {
    static func disk(_ synchronizes: Bool) throws -> SimulatedFileSystem {
        let disk = SimulatedFileSystem()
        try disk.createDirectories("/d")
        let file = try disk.open("/d/a", .create)
        try file.write([1, 1, 1].rawSpan, at: 0)
        try file.synchronizeData()
        try disk.synchronizeDirectory("/d")
        try file.write([2, 2].rawSpan, at: 1)
        if synchronizes { try file.synchronizeData() }
        return disk
    }

    @Test("A crash loses, keeps or mixes what was not synchronized")
    func outcomes() throws {
        let disk = try Self.disk(false)
        #expect(try disk.crash(.unsyncedLost).contents(of: "/d/a", limit: 9) == [1, 1, 1])
        #expect(try disk.crash(.unsyncedKept).contents(of: "/d/a", limit: 9) == [1, 2, 2])
        let mixed = try Set(
            (0..<20).map {
                try disk.crash(.unsyncedMixed(seed: $0)).contents(of: "/d/a", limit: 9)
            })
        #expect(mixed == [[1, 1, 1], [1, 2, 2]])
    }

    @Test("What was synchronized is there after every crash")
    func synchronized() throws {
        let disk = try Self.disk(true)
        for outcome in [CrashOutcome.unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: 3)] {
            #expect(try disk.crash(outcome).contents(of: "/d/a", limit: 9) == [1, 2, 2])
        }
    }

    @Test("A file whose directory was not synchronized may be lost, though its bytes were")
    func lostEntry() throws {
        let disk = try Self.disk(true)
        try disk.open("/d/b", .create).synchronize()
        try disk.rename("/d/a", to: "/d/c")
        #expect(try disk.crash(.unsyncedLost).list("/d") == ["a"])
        #expect(try disk.crash(.unsyncedKept).list("/d") == ["b", "c"])
        let seen = try Set((0..<40).map { try disk.crash(.unsyncedMixed(seed: $0)).list("/d") })
        #expect(seen == [["a"], ["c"], ["a", "b"], ["b", "c"]])
    }

    @Test("A failed synchronization loses what it should have kept, even if a second one succeeds")
    func failedSynchronization() throws {
        let disk = try Self.disk(false)
        let file = try disk.open("/d/a", .update)
        disk.inject(.fail(.ioError), atNext: .synchronizeData)
        #expect(throws: IOError(.synchronizeData, "/d/a", .ioError)) { try file.synchronizeData() }
        try file.write([7].rawSpan, at: 0)
        #expect(try disk.contents(of: "/d/a", limit: 9) == [7, 2, 2])
        #expect(try disk.crash(.unsyncedKept).contents(of: "/d/a", limit: 9) == [7, 1, 1])
        try file.synchronizeData()
        #expect(try disk.crash(.unsyncedKept).contents(of: "/d/a", limit: 9) == [7, 1, 1])
        try file.write([2, 2].rawSpan, at: 1)
        try file.synchronizeData()
        #expect(try disk.crash(.unsyncedLost).contents(of: "/d/a", limit: 9) == [7, 2, 2])
    }

    @Test("A torn write keeps its beginning, and nothing works afterwards", arguments: 0...3)
    func tornWrite(count: Int) throws {
        let disk = try Self.disk(true)
        let file = try disk.open("/d/a", .update)
        disk.inject(.tear(afterBytes: count), atNext: .write)
        #expect(throws: IOError.self) { try file.write([9, 9, 9].rawSpan, at: 0) }
        #expect(throws: IOError.self) { try file.size() }
        #expect(disk.hasLostPower)
        let after = try disk.crash(.unsyncedKept).contents(of: "/d/a", limit: 9)
        #expect(after == Array([9, 9, 9][..<count] + [1, 2, 2][count...]))
    }

    @Test("Short and interrupted calls are completed")
    func shortCalls() throws {
        let disk = try Self.disk(true)
        let file = try disk.open("/d/a", .update)
        for _ in 0..<3 {
            disk.inject(.short(bytes: 1), atNext: .write)
            disk.inject(.fail(.interrupted), atNext: .write)
        }
        try file.write(pieces: [[5, 6], [7, 8, 9]], at: 0)
        disk.inject(.short(bytes: 2), atNext: .read)
        disk.inject(.fail(.interrupted), atNext: .read)
        disk.inject(.fail(.interrupted), atNext: .synchronizeData)
        try file.synchronizeData()
        #expect(try disk.contents(of: "/d/a", limit: 9) == [5, 6, 7, 8, 9])
        #expect(try disk.crash(.unsyncedLost).contents(of: "/d/a", limit: 9) == [5, 6, 7, 8, 9])
    }

    @Test("A full disk takes what fits and then answers ENOSPC; space can come back")
    func fullDisk() throws {
        let disk = try Self.disk(true)
        disk.setCapacity(5)
        let file = try disk.open("/d/b", .create)
        do {
            try file.write([1, 2, 3].rawSpan, at: 0)
            Issue.record("a full disk took everything")
        } catch {
            #expect(error.failure == .noSpace)
            #expect(error.description.contains("Free some space"))
        }
        #expect(try disk.contents(of: "/d/b", limit: 9) == [1, 2])
        try disk.remove("/d/a")
        try file.write([3].rawSpan, at: 2)
    }

    @Test("What is interposed happens before each call, and may itself use the disk")
    func interposed() throws {
        let disk = try Self.disk(true)
        let file = try disk.open("/d/a", .update)
        let isNested = Mutex(false)
        disk.interpose { [weak disk] operation, _ in
            guard operation == .write, !isNested.withLock({ $0 }) else { return }
            isNested.withLock { $0 = true }
            try? disk?.open("/d/b", .create).close()
            disk?.inject(.fail(.noSpace), atNext: .write)
        }
        #expect(throws: IOError(.write, "/d/a", .noSpace)) { try file.write([7].rawSpan, at: 0) }
        disk.interpose(nil)
        #expect(try disk.list("/d") == ["a", "b"])
    }

    @Test("The n-th call fails with the error given")
    func numberedCall() throws {
        let disk = try Self.disk(true)
        disk.inject(.fail(.tooManyOpenFiles), atCall: disk.callCount + 3)
        try disk.open("/d/a", .read).close()
        disk.removeFaults()
        let again = try Self.disk(true)
        again.inject(.fail(.tooManyOpenFiles), atCall: again.callCount + 1)
        #expect(throws: IOError(.open, "/d/a", .tooManyOpenFiles)) {
            try again.open("/d/a", .read).close()
        }
    }

    @Test("Flipping a bit changes what is read and what is durable")
    func bitFlip() throws {
        let disk = try Self.disk(true)
        disk.flipBit(0, at: 1, of: "/d/a")
        #expect(try disk.contents(of: "/d/a", limit: 9) == [1, 3, 2])
        #expect(try disk.crash(.unsyncedLost).contents(of: "/d/a", limit: 9) == [1, 3, 2])
    }
}
