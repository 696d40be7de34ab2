import ArgumentParser
import CommitLog
import Platform
import Records
import SystemPackage

/// `sluice log verify`.
struct LogVerify: Command {
    static let configuration = CommandConfiguration(
        "verify", abstract: "Compare every checksum and index of a data directory.",
        discussion: """
            Changes nothing. Damage is printed with file, position and, where it is known, topic, \
            partition and offsets; the exit code is then 1. What a crash may leave, and the next \
            opening clears away, is a note and no damage.
            """,
        examples: [
            Example("sluice log verify", "Check the data directory."),
            Example("sluice log verify -o json | jq .damage", "The findings for a program."),
        ])

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        try data.requireDirectory()
        let bar = ProgressBar("verifying", console: console)
        let report = try LogInspector(directory: data.directory).verify { done, total in
            bar.update(done: done, total: total)
        }
        bar.finish()
        switch output.output {
        case .json: try details(report).print(to: console, as: .json)
        case .text:
            for damage in report.damage { try console.line("damaged: \(damage)") }
            for note in report.notes { console.note("note: \(note)") }
            if report.isWhole {
                try console.line("every byte is what was written: \(looked(at: report))")
            } else {
                let count = report.damage.count
                try console.line(
                    "\(count) damaged \(count == 1 ? "place" : "places"): \(looked(at: report))")
            }
        }
        return report.isWhole ? .done : .failed
    }

    private func looked(at report: VerifyReport) -> String {
        "\(Quantity.count(Int64(report.frames))) frames with "
            + "\(Quantity.count(Int64(report.batches))) batches in \(report.commitFiles) "
            + "commit-log files, \(Quantity.count(Int64(report.blocks))) blocks in "
            + "\(report.segments) segments, \(report.snapshots) snapshots, "
            + Quantity.bytes(report.bytes)
    }

    private func details(_ report: VerifyReport) -> Details {
        var details = Details()
        details.add("Whole", .flag(report.isWhole))
        details.add("Commit files", .count(Int64(report.commitFiles)))
        details.add("Frames", .count(Int64(report.frames)))
        details.add("Batches", .count(Int64(report.batches)))
        details.add("Segments", .count(Int64(report.segments)))
        details.add("Blocks", .count(Int64(report.blocks)))
        details.add("Snapshots", .count(Int64(report.snapshots)))
        details.add("Bytes", .bytes(report.bytes))
        details.add(Self.findings(report))
        return details
    }

    /// Damage and notes; also what `log copy` says of its copy.
    static func findings(_ report: VerifyReport) -> Details {
        var details = Details()
        details.add("Damage", .objects(report.damage.map { Self.fields(of: $0) }))
        details.add("Notes", .list(report.notes))
        return details
    }

    /// A finding as the members of a JSON object; also what `log dump` prints of damage.
    static func fields(of damage: Damage) -> [(name: String, field: Field)] {
        [
            ("kind", .text("\(damage.kind)")), ("file", .text(damage.file.string)),
            ("file_position", .count(damage.position)), ("bytes", .bytes(damage.byteCount)),
            ("reason", .text(damage.reason)),
            ("topic", damage.topic.map { .text($0) } ?? .none),
            ("partition", damage.partitionIndex.map { .count(Int64($0)) } ?? .none),
            ("first_offset", damage.offsets.map { .count($0.lowerBound.rawValue) } ?? .none),
            ("end_offset", damage.offsets.map { .count($0.upperBound.rawValue) } ?? .none),
        ]
    }
}
