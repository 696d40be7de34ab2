import Foundation

/// Runs the built program as users do: as a process of its own.
enum SluiceProcess {
    /// How a process ended and what it said.
    struct Outcome {
        let status: Int32
        let output: String
        let error: String

        /// What it printed as results, by lines.
        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
                .dropLast(output.hasSuffix("\n") ? 1 : 0)
        }
    }

    /// The program: it stands beside the test bundle.
    static let program: String = {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("sluice").path
    }()

    /// Runs the program in `scratch` and waits for its end.
    ///
    /// `environment` is added to a minimal one, so that the developer's settings (`SLUICE_DATA`,
    /// `NO_COLOR`) change nothing.
    static func run(
        _ arguments: [String], input: String = "", in scratch: Scratch,
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try run(program, arguments, Array(input.utf8), scratch, environment)
    }

    /// The same with bytes that need not be text.
    static func run(
        _ arguments: [String], bytes: [UInt8], in scratch: Scratch
    ) throws -> Outcome {
        try run(program, arguments, bytes, scratch, [:])
    }

    /// Runs a line of bash in `scratch`; `sluice` in it is the built program, and the line's status
    /// is that of the first part of a pipe that failed.
    static func shell(
        _ line: String, in scratch: Scratch, environment: [String: String] = [:]
    ) throws -> Outcome {
        let script = "sluice() { \"\(program)\" \"$@\"; }; set -o pipefail; \(line)"
        return try run("/bin/bash", ["-c", script], [], scratch, environment)
    }

    /// Output goes to files, which no process waits for, as it would for a full pipe.
    private static func run(
        _ program: String, _ arguments: [String], _ input: [UInt8], _ scratch: Scratch,
        _ environment: [String: String]
    ) throws -> Outcome {
        let streams = try Scratch()
        try streams.write(bytes: input, to: "in")
        try streams.write("", to: "out")
        try streams.write("", to: "err")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = scratch.url
        var variables = ["PATH": "/usr/bin:/bin", "HOME": scratch.url.path, "COLUMNS": "100"]
        variables.merge(environment) { $1 }
        process.environment = variables
        process.standardInput = FileHandle(forReadingAtPath: streams.path("in"))
        process.standardOutput = FileHandle(forWritingAtPath: streams.path("out"))
        process.standardError = FileHandle(forWritingAtPath: streams.path("err"))
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .uncaughtSignal
                ? 128 + process.terminationStatus : process.terminationStatus,
            output: try streams.read("out"), error: try streams.read("err"))
    }
}
