import Bytes
import SystemPackage
import Testing

@testable import Platform

/// A file system to test, and a directory of it that is empty.
final class FileSystemUnderTest: Sendable, CustomTestStringConvertible {
    enum Kind: CaseIterable { case real, simulated }

    let kind: Kind
    let fileSystem: any FileSystem
    let directory: FilePath
    var testDescription: String { "\(kind)" }

    init(_ kind: Kind) throws {
        self.kind = kind
        switch kind {
        case .simulated:
            fileSystem = SimulatedFileSystem()
            directory = "/data"
        case .real:
            fileSystem = RealFileSystem()
            directory = FilePath("/tmp/sluice-test-\(SystemRandomness().next())")
        }
        try fileSystem.createDirectory(directory)
    }

    deinit { if kind == .real { remove(directory) } }

    private func remove(_ path: FilePath) {
        if let status = try? fileSystem.status(of: path), status.kind == .directory {
            for name in (try? fileSystem.list(path)) ?? [] { remove(path.appending(name)) }
        }
        try? fileSystem.remove(path)
    }
}

@Suite("The contract of file systems, real and simulated")
struct FileSystemContractTests {
    typealias Kind = FileSystemUnderTest.Kind

    @Test("What is written at a position is read there", arguments: Kind.allCases)
    func writeAndRead(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let file = try disk.fileSystem.open(disk.directory.appending("a"), .create)
        try file.write([1, 2, 3].rawSpan, at: 2)
        try file.write(pieces: [[4, 5], [], [6]], at: 5)
        #expect(try file.size() == 8)
        var bytes: [UInt8] = [99]
        #expect(try file.read(into: &bytes, count: 100, at: 0) == 8)
        #expect(bytes == [99, 0, 0, 1, 2, 3, 4, 5, 6])
        bytes = []
        #expect(try file.read(into: &bytes, count: 2, at: 3) == 2)
        #expect(bytes == [2, 3])
        #expect(try file.read(into: &bytes, count: 2, at: 8) == 0)
    }

    @Test("More pieces than one system call takes are written completely", arguments: Kind.allCases)
    func manyPieces(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let file = try disk.fileSystem.open(disk.directory.appending("a"), .create)
        let pieces = (0..<2500).map { [UInt8](repeating: UInt8($0 % 251), count: $0 % 7) }
        try file.write(pieces: pieces, at: 0)
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: 100_000, at: 0)
        #expect(bytes == pieces.flatMap { $0 })
    }

    @Test("Reserved space reads as zeros and survives cutting", arguments: Kind.allCases)
    func preallocation(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let file = try disk.fileSystem.open(disk.directory.appending("a"), .create)
        try file.write([7].rawSpan, at: 0)
        try file.preallocate(10_000)
        #expect(try file.size() == 10_000)
        try file.truncate(to: 3)
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: 10, at: 0)
        #expect(bytes == [7, 0, 0])
    }

    @Test("Each way to open answers as documented", arguments: Kind.allCases)
    func modes(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let path = disk.directory.appending("a")
        #expect(throws: IOError(.open, path, .noSuchFileOrDirectory)) {
            _ = try disk.fileSystem.open(path, .read)
        }
        #expect(throws: IOError(.open, path, .noSuchFileOrDirectory)) {
            _ = try disk.fileSystem.open(path, .update)
        }
        try disk.fileSystem.open(path, .createNew).write([1, 2].rawSpan)
        #expect(throws: IOError(.open, path, .fileExists)) {
            _ = try disk.fileSystem.open(path, .createNew)
        }
        try disk.fileSystem.open(path, .append).write([3].rawSpan)
        #expect(try disk.fileSystem.contents(of: path, limit: 10) == [1, 2, 3])
        #expect(throws: IOError(.read, path, .fileTooLarge)) {
            _ = try disk.fileSystem.contents(of: path, limit: 2)
        }
        try disk.fileSystem.open(path, .replace).close()
        #expect(try disk.fileSystem.contents(of: path, limit: 10) == [])
    }

    @Test("Directories list, rename and remove", arguments: Kind.allCases)
    func directories(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let (files, root) = (disk.fileSystem, disk.directory)
        try files.createDirectories(root.appending("x").appending("y"))
        try files.open(root.appending("b"), .create).close()
        try files.open(root.appending("c"), .create).write([5].rawSpan)
        #expect(try files.list(root) == ["b", "c", "x"])
        try files.rename(root.appending("c"), to: root.appending("b"))
        #expect(try files.list(root) == ["b", "x"])
        #expect(try files.contents(of: root.appending("b"), limit: 9) == [5])
        #expect(try files.status(of: root.appending("x"))?.kind == .directory)
        #expect(try files.status(of: root.appending("b"))?.size == 1)
        #expect(try files.status(of: root.appending("c")) == nil)
        #expect(throws: IOError(.remove, root.appending("x"), .directoryNotEmpty)) {
            try files.remove(root.appending("x"))
        }
        try files.remove(root.appending("x").appending("y"))
        try files.remove(root.appending("x"))
        try files.replace(root.appending("b"), with: [8, 8].rawSpan)
        #expect(try files.list(root) == ["b"])
        #expect(try files.contents(of: root.appending("b"), limit: 9) == [8, 8])
    }

    @Test(
        "A directory is taken by one only, and the other learns by whom", arguments: Kind.allCases)
    func locking(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let lock = try DirectoryLock(disk.directory, in: disk.fileSystem)
        do {
            _ = try DirectoryLock(disk.directory, in: disk.fileSystem)
            Issue.record("the directory was taken twice")
        } catch {
            guard case .held(_, let processID) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(processID ?? 0 > 0)
            #expect(error.description.contains("process \(processID ?? 0)"))
        }
        try lock.release()
        try DirectoryLock(disk.directory, in: disk.fileSystem).release()
    }

    @Test("An open file can be read after its name is gone", arguments: Kind.allCases)
    func unlinked(kind: Kind) throws {
        let disk = try FileSystemUnderTest(kind)
        let path = disk.directory.appending("a")
        let file = try disk.fileSystem.open(path, .create)
        try file.write([1].rawSpan, at: 0)
        try disk.fileSystem.remove(path)
        var bytes: [UInt8] = []
        #expect(try file.read(into: &bytes, count: 1, at: 0) == 1)
        #expect(bytes == [1])
    }
}
