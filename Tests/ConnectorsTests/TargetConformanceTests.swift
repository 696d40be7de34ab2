import Bytes
import Platform
import Records
import Testing

@testable import Connectors

@Suite("Every target keeps the contract")
struct TargetConformanceTests {
    private let fileSystem = SimulatedFileSystem()
    private let stream = CollectBacking()

    @Test("The selected records come out, in order, once", arguments: TargetCase.all)
    func records(_ connector: TargetCase) throws {
        let target = try connector.open(fileSystem, stream)
        #expect(try target.restore() == nil)
        var buffer = RecordBuffer()
        for line in ["a", "", "c\0", "dd", "e"] {
            let bytes = Array(line.utf8)
            buffer.append(timestamp: 0, key: nil, value: bytes.rawSpan)
        }
        var selection = Selection()
        for row: Int32 in [0, 1, 2, 4] { selection.append(row) }
        try target.write(.main, buffer.block, selection: selection)
        try TargetCase.write(["long " + String(repeating: "x", count: 300_000)], to: target)
        try target.commit(positions: [:], state: [])
        try TargetCase.write(["after"], to: target)
        try target.commit(positions: [:], state: [])
        try target.finish()
        try target.close()
        let lines = try TargetCase.lines(connector.visible(fileSystem, stream))
        #expect(lines.prefix(4) == ["a", "", "c\0", "e"])
        #expect(lines.dropFirst(4).map(\.utf8.count) == [300_005, 5])
    }

    @Test("A target without records is complete and empty", arguments: TargetCase.all)
    func empty(_ connector: TargetCase) throws {
        let target = try connector.open(fileSystem, stream)
        #expect(try target.restore() == nil)
        try target.commit(positions: [:], state: [])
        try target.finish()
        try target.close()
        #expect(try connector.visible(fileSystem, stream) == [])
    }

    @Test(
        "What is pending grows with writes and is nothing after a commit", arguments: TargetCase.all
    )
    func pending(_ connector: TargetCase) throws {
        let target = try connector.open(fileSystem, stream)
        #expect(try target.restore() == nil)
        #expect(target.pendingByteCount == 0)
        try TargetCase.write(["abc"], to: target)
        #expect(target.pendingByteCount == 4)
        try target.commit(positions: [:], state: [])
        #expect(target.pendingByteCount == 0)
        try TargetCase.write(["d"], to: target, role: .late)
        #expect(target.pendingByteCount == 0)  // Without a file it is counted only.
    }

    @Test("Small records are seen at the next commit, not before", arguments: TargetCase.all)
    func visibility(_ connector: TargetCase) throws {
        let target = try connector.open(fileSystem, stream)
        #expect(try target.restore() == nil)
        try TargetCase.write(["abc"], to: target)
        let before = try connector.visible(fileSystem, stream)
        #expect(before == nil || before == [])
        try target.commit(positions: [:], state: [])
        if connector.testDescription == "stream" || connector.testDescription == "resumable file" {
            #expect(try connector.visible(fileSystem, stream) == Array("abc\n".utf8))
        }
        try target.finish()
        #expect(try TargetCase.lines(connector.visible(fileSystem, stream)) == ["abc"])
    }
}
