import Foundation
import Testing

@Suite("The tour")
struct TourTests {
    private static let readmePath = Workbench.root.appending(path: "README.md")

    @Test(
        "Every command of the README's tour works as printed",
        .enabled(if: FileManager.default.fileExists(atPath: readmePath.path)),
        .timeLimit(.minutes(5)))
    func readme() throws {
        let markdown = String(decoding: try Data(contentsOf: Self.readmePath), as: UTF8.self)
        let tour = Tour(markdown: markdown, heading: "## Tour")
        #expect(tour.steps.count >= 5, "the README has no tour")
        try run(tour, of: "README.md")
    }

    @Test("Every command of a small tour works as printed", .timeLimit(.minutes(5)))
    func small() throws {
        let path = Workbench.root.appending(path: "Tests/Tour/small.md")
        let markdown = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        try run(Tour(markdown: markdown, heading: "## Tour"), of: "small.md")
    }

    @Test("The README's tour works the same on a running server", .timeLimit(.minutes(5)))
    func server() throws {
        let markdown = String(decoding: try Data(contentsOf: Self.readmePath), as: UTF8.self)
        let scratch = try Scratch()
        let server = try ServerProcess(scratch, data: "served")
        // What looks at files alone has a directory of its own: the server holds the other.
        let other = ["SLUICE_DATA": scratch.path("other")]
        _ = try SluiceProcess.run(["topic", "create", "t"], in: scratch, environment: other)
        let environment = server.environment.merging(other) { first, _ in first }
        try run(
            Tour(markdown: markdown, heading: "## Tour"), of: "README.md", in: scratch, environment)
        #expect(server.stop() == 0)
        let verified = try SluiceProcess.run(
            ["log", "verify", "--data", scratch.path("served")], in: scratch)
        #expect(verified.status == 0, "\(verified.output)\(verified.error)")
    }

    private func run(_ tour: Tour, of page: String) throws {
        try run(tour, of: page, in: try Scratch(), [:])
    }

    private func run(
        _ tour: Tour, of page: String, in scratch: Scratch, _ environment: [String: String]
    ) throws {
        let whole = try play(tour, in: scratch, environment)
        for (index, step) in tour.steps.enumerated() {
            let place = "\(page):\(step.line): \(step.command)"
            guard let status = try? scratch.read("results/\(index).status") else {
                Issue.record("\(place)\nwas not run\n\(whole)")
                return
            }
            let output = try scratch.read("results/\(index).output")
            let errors = (try? scratch.read("results/\(index).errors")) ?? ""
            try #require(status == "0\n", "\(place)\n\(output)\(errors)")
            if let expected = step.expectedOutput {
                #expect(
                    Tour.matches(output, expected: expected),
                    "\(place)\n--- promised\n\(expected)--- found\n\(output)")
            }
        }
    }

    /// Runs the tour in an empty directory, the program first on the path.
    private func play(
        _ tour: Tour, in scratch: Scratch, _ environment: [String: String]
    ) throws -> SluiceProcess.Outcome {
        for name in ["work", "results"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path(name), withIntermediateDirectories: true)
        }
        // The reader stands in the repository: what the tour takes from it is there, too.
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("work/Samples"),
            withDestinationPath: Workbench.root.appending(path: "Samples").path)
        try scratch.write(tour.script, to: "tour.sh")
        let folder = URL(filePath: SluiceProcess.program).deletingLastPathComponent().path
        return try SluiceProcess.shell(
            "cd work && RESULTS='\(scratch.path("results"))' bash ../tour.sh", in: scratch,
            environment: [
                "PATH": folder + ":/usr/local/bin:/usr/bin:/bin",
                "SLUICE_SAMPLES": Workbench.root.appending(path: "Samples").path,
            ].merging(environment) { first, _ in first })
    }

    @Test("Commands are taken from sh and console blocks below the heading, and only there")
    func extraction() {
        let page = """
            ```sh
            before
            ```
            ## Tour
            ```sh
            # A comment
            one 'two
            three' \\
              four

            cat <<'EOF'
            it's text
            EOF
            ```
            ```json
            not this
            ```
            ### More
            ```console
            $ five "six
            seven"
            output
            # is output

            $ eight
            ```
            ## Next
            ```sh
            after
            ```
            """
        let tour = Tour(markdown: page, heading: "## Tour")
        #expect(
            tour.steps == [
                Tour.Step(line: 7, command: "one 'two\nthree' \\\n  four", expectedOutput: nil),
                Tour.Step(line: 11, command: "cat <<'EOF'\nit's text\nEOF", expectedOutput: nil),
                Tour.Step(
                    line: 20, command: "five \"six\nseven\"",
                    expectedOutput: "output\n# is output\n\n"),
                Tour.Step(line: 25, command: "eight", expectedOutput: ""),
            ])
    }

    @Test(
        "An ellipsis stands for any lines, everything else for itself",
        arguments: [
            ("a\nb\n", "a\nb\n", true), ("a\nb\n", "a\n", false), ("a\n", "a\nb\n", false),
            ("a\nx\ny\nb\n", "a\n…\nb\n", true), ("a\nb\n", "a\n…\nb\n", true),
            ("a\nx\n", "a\n…\nb\n", false), ("", "", true), ("x\n", "…\n", true),
            ("a\nb\nb\n", "…\nb\n", true), ("a \n", "a\n", false),
        ])
    func ellipsis(_ output: String, _ expected: String, _ isMatch: Bool) {
        #expect(Tour.matches(output, expected: expected) == isMatch)
    }

    @Test("A step that fails stops the tour; the directory and variables last from step to step")
    func script() throws {
        let page = """
            ## Tour
            ```sh
            mkdir inner && cd inner
            export NAME=value
            ```
            ```console
            $ basename "$PWD"; echo "$NAME" >&2
            inner
            value
            $ false
            $ touch ../never
            ```
            """
        let scratch = try Scratch()
        let outcome = try play(Tour(markdown: page, heading: "## Tour"), in: scratch, [:])
        #expect(outcome.status == 1)
        #expect(try scratch.read("results/2.output") == "inner\nvalue\n")
        #expect(try scratch.read("results/3.status") == "1\n")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("work/never")))
    }
}
