import Connectors
import Records
import Streams
import Testing

@Suite("SQL golden queries")
struct GoldenQueryTests {
    private func source(_ file: QueryFile, readCount: @escaping () -> Int) -> MemorySource {
        MemorySource(
            file.inputs.map { lines in
                lines.enumerated().map { MemorySource.Record(offset: Int64($0), value: $1) }
            }, readCount: readCount)
    }

    private var eager: PipelineOptions {
        var options = PipelineOptions()
        options.commitInputByteCount = 0
        return options
    }

    private func expect(_ target: MemoryTarget, equals file: QueryFile) {
        #expect(target.values() == file.expected)
        #expect(target.values(.late) == file.late)
    }

    @Test("There are golden queries")
    func exist() { #expect(QueryFile.all.count >= 7) }

    @Test("A query gives the expected rows", arguments: QueryFile.all)
    func straight(_ file: QueryFile) throws {
        let target = MemoryTarget()
        let pipeline = try file.plan().makePipeline(
            source: source(file) { 1000 }, target: target)
        let report = try pipeline.run()
        expect(target, equals: file)
        #expect(report.written == Int64(file.expected.count))
        #expect(report.late == Int64(file.late.count))
    }

    @Test(
        "The rows do not depend on how reads cut the input, nor on commits after each of them",
        arguments: QueryFile.all, 1...4)
    func cut(_ file: QueryFile, readCount: Int) throws {
        let target = MemoryTarget()
        _ = try file.plan().makePipeline(
            source: source(file) { readCount }, target: target, options: eager
        ).run()
        expect(target, equals: file)
    }

    @Test(
        "A query killed after any commit, and resumed, gives the same rows",
        arguments: QueryFile.all)
    func killed(_ file: QueryFile) throws {
        let plan = try file.plan()
        var commit = 0
        while true {
            let target = MemoryTarget()
            target.killedAfter = commit
            let first = plan.makePipeline(
                source: source(file) { 1 }, target: target, options: eager)
            do {
                _ = try first.run()
            } catch is MemoryTarget.Killed {
                target.killedAfter = nil
                // The second run reads in other pieces.
                _ = try plan.makePipeline(
                    source: source(file) { 3 }, target: target, options: eager
                ).run()
                expect(target, equals: file)
                commit += 1
                continue
            }
            break
        }
        #expect(commit >= 3, "too few commits to be a test")
    }

    @Test("State of windows that are gone is removed", arguments: QueryFile.all)
    func stateIsRemoved(_ file: QueryFile) throws {
        let target = MemoryTarget()
        let report = try file.plan().makePipeline(
            source: source(file) { 1 }, target: target, options: eager
        ).run()
        // A reached LIMIT leaves windows open.
        guard report.ending == .inputEnded else { return }
        // The job's entry, one for each split, the windows' watermark, the limit.
        #expect(target.stateCount <= 1 + file.inputs.count + 2)
    }

    @Test("Progress of another query is refused")
    func foreignState() throws {
        let target = MemoryTarget()
        let first = try QueryFile.plan("SELECT n FROM events")
        _ = try first.makePipeline(source: MemorySource(lines: ["{}"]), target: target).run()
        let second = try QueryFile.plan("SELECT k FROM events")
        #expect(throws: PipelineError.foreignState) {
            try second.makePipeline(source: MemorySource(lines: ["{}"]), target: target).run()
        }
    }
}
