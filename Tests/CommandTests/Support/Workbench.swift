import Foundation

/// A directory with a log, in which a test runs the built program one command after the other.
///
/// Every command gets `--data log` unless it names a directory itself.
final class Workbench {
    /// The repository's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The repository's sample data.
    static let flights = root.appending(path: "Samples/flights-2013-01.jsonl.zst").path

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs `sluice` with the words of `line` (no quotes) and then `arguments`, and waits.
    @discardableResult
    func sluice(
        _ line: String, _ arguments: [String] = [], input: String = ""
    ) throws -> SluiceProcess.Outcome {
        let words = line.split(separator: " ").map(String.init) + arguments
        return try SluiceProcess.run(
            words, input: input, in: scratch, environment: ["SLUICE_DATA": "log"])
    }

    /// Runs a line of bash in which `sluice` is the built program, and waits.
    @discardableResult
    func shell(_ line: String) throws -> SluiceProcess.Outcome {
        try SluiceProcess.shell(
            line, in: scratch,
            environment: ["SLUICE_DATA": "log", "SLUICE": SluiceProcess.program])
    }

    /// A file with the first rows of the flights, in `directory` if there is a name for one.
    func writeFlights(_ count: Int, to name: String) throws {
        try shell("zstd -dc '\(Self.flights)' | head -n \(count) > \(name); true")
    }
}

extension SluiceProcess.Outcome: CustomStringConvertible {
    /// The output as JSON, one document a line.
    func documents() throws -> [[String: Any]] {
        try lines.map { line in
            let document = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return document as? [String: Any] ?? [:]
        }
    }

    var description: String {
        "status \(status)\n--- output\n\(output.suffix(2_000))\n--- error\n\(error.suffix(2_000))"
    }
}
