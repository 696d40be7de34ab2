import Bytes
import SystemPackage
import Testing

@testable import Platform

@Suite("A mirrored file system")
struct MirroredFileSystemTests {
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let path = FilePath("/tmp/sluice-mirror-\(SystemRandomness().next())")
        let real = RealFileSystem()
        try real.createDirectory(path)
        try real.createDirectory(path.appending("a"))
        try body(path)
        try real.removeTree(path)
        #expect(try real.status(of: path) == nil)
    }

    @Test("After a power failure a directory holds what was synchronized, the real one everything")
    func powerLoss() throws {
        try withDirectory { root in
            let real = RealFileSystem()
            let data = root.appending("a")
            try real.open(data.appending("old"), .create).write([1, 2].rawSpan)
            let disk = try MirroredFileSystem(data)
            let file = try disk.open(data.appending("new"), .createNew)
            try file.write([UInt8](repeating: 7, count: 1_000).rawSpan, at: 0)
            try file.synchronizeData()
            try disk.synchronizeDirectory(data)
            try file.write([UInt8](repeating: 9, count: 1_000).rawSpan, at: 1_000)
            for (outcome, count) in [(CrashOutcome.unsyncedLost, 1_000), (.unsyncedKept, 2_000)] {
                let target = root.appending("\(count)")
                try real.createDirectory(target)
                try disk.powerLoss(outcome, into: target)
                #expect(try real.contents(of: target.appending("new"), limit: 9_999).count == count)
                #expect(try real.contents(of: target.appending("old"), limit: 9_999) == [1, 2])
            }
            #expect(try real.contents(of: data.appending("new"), limit: 9_999).count == 2_000)
        }
    }

    @Test("What the simulated disk refuses does not reach the real one")
    func faults() throws {
        try withDirectory { root in
            let path = root.appending("f")
            let disk = try MirroredFileSystem(root)
            let file = try disk.open(path, .create)
            disk.twin.inject(.short(bytes: 3), atNext: .write)
            disk.twin.inject(.fail(.noSpace), atNext: .write)
            #expect(throws: IOError(.write, path, .noSpace)) {
                try file.write([1, 2, 3, 4, 5].rawSpan, at: 0)
            }
            #expect(try RealFileSystem().contents(of: path, limit: 99) == [1, 2, 3])
            disk.twin.inject(.powerLoss, atCall: disk.twin.callCount + 1)
            #expect(throws: IOError.self) { try disk.rename(path, to: root.appending("g")) }
            #expect(throws: IOError.self) { try file.synchronize() }
            #expect(try RealFileSystem().list(root) == ["a", "f"])
        }
    }

    @Test("A child process gives its output, and is killed at once")
    func child() throws {
        let echo = try ChildProcess("/bin/sh", ["-c", "echo $((6 * 7)); exit 3"])
        var bytes: [UInt8] = []
        while try echo.output.readNext(into: &bytes, count: 100) > 0 {}
        #expect(bytes == Array("42\n".utf8))
        #expect(echo.wait() == .exited(3))
        let cat = try ChildProcess("/bin/sh", ["-c", "kill -STOP $$"])
        cat.kill()
        #expect(cat.wait() == .killed(signal: 9))
        #expect(throws: IOError.self) { _ = try ChildProcess("/no/such/program", []) }
    }
}
