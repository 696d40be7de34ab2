import ArgumentParser
import Bytes
import Connectors
import Filters
import Platform
import Records

/// `sluice filter conform`: runs vectors of the specification.
struct FilterConformCommand: Command {
    static let configuration = CommandConfiguration(
        "conform", abstract: "Run vector files of the filter languages.",
        discussion: """
            A vector is a line of JSON: an expression, a tag expression or a pattern with a record, \
            and the result that it must give. Prints a line for each that gives another (its name, \
            what was expected, what was found), then the counts. The exit code is 1 if one failed, \
            and 2, with the line's number, if a line is no vector.
            """,
        examples: [
            Example(
                "sluice filter conform expressions.jsonl tags.jsonl patterns.jsonl",
                "Check this program against the specification.")
        ])

    @Argument(
        help: ArgumentHelp("Vector files, or - for standard input.", valueName: "file"),
        completion: .file())
    var files: [String]

    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var counts = (passed: 0, failed: 0)
        for file in files {
            let lines = try ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
                .openSource([file], format: RecordFormats.named("lines"), options: ScanOptions())
            defer { lines.close() }
            try run(lines, of: file, &counts, console)
        }
        switch output.output {
        case .text: try console.line("\(counts.passed) passed, \(counts.failed) failed")
        case .json:
            var details = Details()
            details.add("passed", .count(Int64(counts.passed)))
            details.add("failed", .count(Int64(counts.failed)))
            try console.line(details.json)
        }
        return counts.failed == 0 ? .done : .failed
    }

    private func run(
        _ source: any Source, of file: String, _ counts: inout (passed: Int, failed: Int),
        _ console: Console
    ) throws {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        let split = source.splits[0]
        while StopSignals.received == nil {
            let status = try source.read(
                split, into: &buffer, rejected: &rejected, byteCountMax: 256 << 10)
            if let first = rejected.first {
                throw CommandFailure.usage("\(file), \(first.reason).")
            }
            let block = buffer.block
            for row in 0..<block.count {
                guard let line = block.value(row), line.byteCount > 0 else { continue }
                let number = block.rows[row].offset + 1
                let vector = try Self.vector([UInt8](copying: line), "\(file), line \(number)")
                let outcome = vector.run()
                if outcome.isPassed {
                    counts.passed += 1
                } else {
                    counts.failed += 1
                    try show(vector.id, outcome, console)
                }
            }
            if status == .end { return }
        }
    }

    private static func vector(_ line: [UInt8], _ place: String) throws -> ConformanceVector {
        do throws(VectorError) {
            return try ConformanceVector(line)
        } catch {
            throw CommandFailure.usage(
                "\(place): \(error). Correct the line; a vector is never skipped.")
        }
    }

    private func show(
        _ id: String, _ outcome: ConformanceVector.Outcome, _ console: Console
    ) throws {
        switch output.output {
        case .text:
            try console.line("\(id): expected \(outcome.expected), got \(outcome.found)")
        case .json:
            var details = Details()
            details.add("id", .text(id))
            details.add("expected", .text(outcome.expected))
            details.add("got", .text(outcome.found))
            try console.line(details.json)
        }
    }
}
