import Platform
import SystemPackage
import Testing

@testable import Connectors

@Suite("Targets whose progress is kept elsewhere")
struct TrackedTargetTests {
    private let fileSystem = SimulatedFileSystem()

    // The protocol has an empty `finish()`: a wrapper that did not forward it left a whole output
    // under its partial name, and closing then removed what the pipeline had completed.
    @Test("Finishing completes the output of the target inside")
    func finishing() throws {
        let store = MemoryStore()
        let base = FileTarget(
            try TargetCase.output("/out", nil, fileSystem, isResumable: false), store: nil)
        let target = TrackedTarget(base, progress: store)
        #expect(try target.restore() == nil)
        try TargetCase.write(["a", "b"], to: target)
        try target.commit(positions: [SplitName("stdin"): SourcePosition(bytes: [1])], state: [])
        #expect(try TargetCase.contents("/out", fileSystem) == nil)
        try target.finish()
        try target.close()
        #expect(try TargetCase.contents("/out", fileSystem) == Array("a\nb\n".utf8))
        #expect(store.load()?.positions == [SplitName("stdin"): SourcePosition(bytes: [1])])
    }
}
