import ArgumentParser
import Platform
import SystemPackage

/// The script of the demo: real commands, run as they are printed, and what they come to.
struct Demo {
    private let sample: FilePath
    /// Holds the data directory and the exported file.
    private let directory: FilePath
    private let isKept: Bool
    private let console: Console
    private let clock = SystemClock()

    /// How the user called this program.
    private let program = CommandLine.arguments.first ?? "sluice"

    private static let condition = "dep_delay > 60 AND dest = 'SFO'"
    private static let job = """
        INSERT INTO delay_by_hour \
        SELECT window_start, origin, COUNT(*) AS flights, AVG(dep_delay) AS mean_delay \
        FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '1' HOUR)) \
        GROUP BY window_start, origin
        """
    private static let worstHours = """
        SELECT CAST(TO_TIMESTAMP(window_start) AS STRING) AS hour, origin, flights, \
        ROUND(mean_delay, 1) AS mean_delay \
        FROM delay_by_hour WHERE mean_delay > 77 AND flights >= 5
        """

    init(_ sample: FilePath, in directory: FilePath, isKept: Bool, _ console: Console) {
        self.sample = sample
        self.directory = directory
        self.isKept = isKept
        self.console = console
    }

    private var data: FilePath { directory.appending("log") }
    private var result: FilePath { directory.appending("delay_by_hour.jsonl.zst") }

    /// Runs all of it; ends early if a step is interrupted.
    func run() throws -> ExitStatus {
        let start = clock.monotonic
        let style = ConsoleStyle.output
        try console.line(
            style.bold("The flights that left New York in January 2013, through Sluice"))
        for step in steps {
            try console.line("\n\(style.bold(step.title))")
            try console.line(
                style.dim("$ sluice " + step.arguments.map(quoted).joined(separator: " ")))
            try console.flush()
            let status = try perform(step.arguments)
            guard status == .done else { return status }
        }
        try summarize(since: start)
        return .done
    }

    private struct Step {
        let title: String
        let arguments: [String]
    }

    private var steps: [Step] {
        [
            Step(
                title: "A file becomes a topic, durable with every commit",
                arguments: [
                    "import", sample.string, "--topic", "flights", "--key", "origin",
                    "--timestamp", "ts",
                ]),
            Step(
                title: "A subscription: a filter with a name",
                arguments: [
                    "subscription", "create", "late_to_sfo", "--topic", "flights", "--where",
                    Self.condition,
                ]),
            Step(
                title: "Its first matches",
                arguments: ["consume", "late_to_sfo", "--limit", "3"]),
            Step(
                title: "A job: flights and mean delay of every hour and airport, into a topic",
                arguments: ["sql", "-e", Self.job]),
            Step(
                title: "The worst hours",
                arguments: ["sql", "-o", "text", "-e", Self.worstHours]),
            Step(
                title: "Out to a file",
                arguments: ["export", "delay_by_hour", result.string]),
        ]
    }

    /// Runs a command as the command line would, on the demo's data.
    private func perform(_ arguments: [String]) throws -> ExitStatus {
        let parsed = try Sluice.parseAsRoot(arguments + ["--data", data.string])
        guard var command = parsed as? any Command else {
            preconditionFailure("the demo runs \(arguments[0]), which is no command")
        }
        let status = try command.run(console)
        try console.flush()
        return status
    }

    private func summarize(since start: MonotonicInstant) throws {
        let style = ConsoleStyle.output
        let sizes = try DemoSizes.measure(in: data)
        let seconds = Double(start.duration(to: clock.monotonic).wholeNanoseconds) / 1e9
        try console.line("\n\(style.bold("On disk"))")
        var details = Details()
        details.add("Flights", .count(sizes.records))
        details.add("As JSON", .bytes(sizes.payload))
        details.add("Commit log, with all topics", .bytes(sizes.commitLog))
        details.add("Sealed in segments, zstd", .bytes(sizes.sealed))
        details.add("Smaller by", .text("\(Quantity.decimals(sizes.ratio, 1)) times"))
        details.add("All of this took", .seconds(seconds))
        try details.print(to: console, as: .text)
        try console.line("\n\(style.bold("Try next"))")
        for line in suggestions { try console.line("  \(line)") }
    }

    /// Commands that work as they are printed.
    private var suggestions: [String] {
        let name = quoted(program)
        if isKept {
            let data = "--data \(quoted(data.string))"
            return [
                "\(name) consume flights --where \"tailnum = 'N14228'\" \(data)",
                "\(name) subscription test late_to_sfo \(data)",
                "\(name) log verify \(data)",
            ]
        }
        let sample = quoted(sample.string)
        return [
            "\(name) demo --data sluice-demo",
            "\(name) pipe --where \"dep_delay > 240 AND carrier = 'AA'\" \(sample)",
            "\(name) import \(sample) --topic flights --key carrier --timestamp ts",
        ]
    }

    /// A word as a shell needs it.
    private func quoted(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", "=", "@", ",": true
            default: false
            }
        }
        if plain, !word.isEmpty { return word }
        if !word.contains("\""), !word.contains("$"), !word.contains("`"), !word.contains("\\"),
            !word.contains("!")
        {
            return "\"\(word)\""
        }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
