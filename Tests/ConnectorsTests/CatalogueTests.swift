import Bytes
import Foundation
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("The catalogue opens locations as users write them")
struct CatalogueTests {
    private let fileSystem = RealFileSystem()

    /// A directory of its own on the real disk, removed afterwards.
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        var generator = SystemRandomNumberGenerator()
        let name = "sluice-connectors-\(UInt64.random(in: .min ... .max, using: &generator))"
        let directory = FilePath(FileManager.default.temporaryDirectory.path).appending(name)
        try fileSystem.createDirectory(directory)
        defer {
            for file in (try? fileSystem.list(directory)) ?? [] {
                try? fileSystem.remove(directory.appending(file))
            }
            try? fileSystem.remove(directory)
        }
        try body(directory)
    }

    @Test("Real files go out and come back in every format and compression")
    func roundTrip() throws {
        try withDirectory { directory in
            let catalogue = ConnectorCatalogue(fileSystem: fileSystem, clock: SystemClock())
            for name in ["o.jsonl", "o.jsonl.zst", "o.ndjson.gz", "o.txt", "o.log.zst"] {
                let path = directory.appending(name).string
                let target = try catalogue.openTarget(path)
                #expect(try target.restore() == nil)
                let lines = (0..<5_000).map { "{\"n\":\($0)}" }
                try TargetCase.write(lines, to: target)
                try target.commit(positions: [:], state: [])
                try target.finish()
                try target.close()
                let source = try catalogue.openSource([path])
                #expect(try Drained(source, byteCountMax: 1 << 14).texts == lines)
                let isJSON = name.contains("json")
                #expect(source.format == (isJSON ? .json : .raw))
            }
            #expect(try fileSystem.list(directory).count == 5)
        }
    }

    @Test("Standard input among files, or standard output with a store, is refused")
    func refused() {
        let catalogue = ConnectorCatalogue(fileSystem: fileSystem, clock: SystemClock())
        #expect(throws: SourceError.standardInputAmongOthers) {
            try catalogue.openSource(["-", "x"])
        }
        #expect(throws: TargetError.notResumable(path: "stdout")) {
            try catalogue.openTarget("-", store: MemoryStore())
        }
        #expect(throws: SourceError.noPath) { try catalogue.openSource([]) }
    }

    @Test("A device is read and written in place")
    func devices() throws {
        let catalogue = ConnectorCatalogue(fileSystem: fileSystem, clock: SystemClock())
        let source = try catalogue.openSource(["/dev/null"])
        #expect(try Drained(source, byteCountMax: 100) == Drained())
        #expect(source.progress == nil)
        let target = try catalogue.openTarget("/dev/null")
        try TargetCase.write(["gone"], to: target)
        try target.finish()
        try target.close()
        #expect(throws: TargetError.notResumable(path: "/dev/null")) {
            try catalogue.openTarget("/dev/null", store: MemoryStore())
        }
    }

    @Test("A side output that cannot be opened leaves nothing of the others behind")
    func sideOutput() throws {
        try withDirectory { directory in
            let catalogue = ConnectorCatalogue(fileSystem: fileSystem, clock: SystemClock())
            var options = TargetOptions()
            options.sidePaths = [
                .late: directory.appending("late"), .deadLetter: directory.appending("no/dead"),
            ]
            #expect(throws: TargetError.self) {
                try catalogue.openTarget(directory.appending("out").string, options)
            }
            let left = try fileSystem.list(directory)
            #expect(left == [])
        }
    }
}
