import Testing

@testable import sluice

@Suite("pipe")
struct PipeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let input: String
        let output: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    private static let json = """
        {"a":1,"s":"x"}
        {"a":2,"s":"Y"}
        {"a":null,"s":"x"}

        """

    @Test("Arithmetic that has no result is counted, in a condition and in a projection")
    func undefinedArithmetic() throws {
        let input = "{\"a\":1,\"b\":0}\n{\"a\":9223372036854775807,\"b\":1}\n{\"a\":4,\"b\":2}\n"
        for arguments in [
            ["--where", "a / b > 0 AND a + 1 > 0"], ["--select", "a / b AS q, a + 1 AS s"],
        ] {
            let outcome = try SluiceProcess.run(
                ["pipe", "--stats", "--output", "json"] + arguments, input: input, in: Scratch())
            #expect(outcome.status == 0)
            #expect(outcome.error.contains("\"undefined_arithmetic\":2"), "\(outcome.error)")
        }
    }

    @Test(
        "Records that match are written as they came in",
        arguments: [
            Row(arguments: [], input: "one\ntwo", output: "one\ntwo\n"),
            Row(
                arguments: ["--where", "a > 1"], input: json, output: "{\"a\":2,\"s\":\"Y\"}\n"),
            Row(
                arguments: ["-w", "a IS NULL AND s = 'x'"], input: json,
                output: "{\"a\":null,\"s\":\"x\"}\n"),
            Row(
                arguments: ["--pattern", "y", "--pattern-flags", "i"], input: json,
                output: "{\"a\":2,\"s\":\"Y\"}\n"),
            Row(
                arguments: ["--format", "lines", "-w", "payload LIKE '%o%'"],
                input: "one\ntwo\nten\n", output: "one\ntwo\n"),
            Row(
                arguments: ["--format", "csv", "-w", "n > 1"], input: "n,m\n1,2\n3,\"4,5\"\n",
                output: "n,m\n3,\"4,5\"\n"),
            Row(
                arguments: ["--select", "a + 1 AS b, s"], input: json,
                output: """
                    {"b":2,"s":"x"}
                    {"b":3,"s":"Y"}
                    {"b":null,"s":"x"}

                    """),
            Row(
                arguments: ["-s", "n", "--format", "csv", "-n", "1"], input: "n,m\n1,2\n3,4\n",
                output: "{\"n\":\"1\"}\n"),
            Row(arguments: ["--limit", "2"], input: "1\n2\n3\n", output: "1\n2\n"),
            Row(arguments: ["--limit", "0"], input: "1\n2\n3\n", output: ""),
            Row(arguments: ["--count", "-w", "a > 0"], input: json, output: "2\n"),
            Row(
                arguments: ["--count", "-o", "json", "-w", "a > 0"], input: json,
                output: "{\"count\":2}\n"),
        ])
    func results(_ row: Row) throws {
        let outcome = try SluiceProcess.run(
            ["pipe"] + row.arguments, input: row.input, in: Scratch())
        #expect(outcome.output == row.output)
        #expect(outcome.error == "")
        #expect(outcome.status == 0)
    }

    @Test("Counters by reason are printed on stderr for people and for programs")
    func stats() throws {
        let outcome = try SluiceProcess.run(
            ["pipe", "-w", "a > 1", "--stats", "-o", "json"], input: Self.json, in: Scratch())
        #expect(
            outcome.error.hasPrefix(
                "{\"read\":3,\"bytes_read\":48,\"kept\":1,\"refused\":1,\"unknown\":1,"))
        let text = try SluiceProcess.run(
            ["pipe", "-w", "a > 1", "--stats"], input: Self.json, in: Scratch())
        #expect(text.error.contains("unknown:          1\n"))
    }

    @Test("A field that no record has is reported, with the nearest one that there is")
    func missingField() throws {
        let outcome = try SluiceProcess.run(
            ["pipe", "-w", "dep_dela > 1"], input: "{\"dep_delay\":2}\n{\"dep_delay\":3}\n",
            in: Scratch())
        #expect(outcome.output == "")
        #expect(
            outcome.error
                == "None of the first 2 records has a field 'dep_dela'. Did you mean 'dep_delay'?\n"
        )
        #expect(outcome.status == 0)
    }

    @Test("Compressed input and output are recognised by content and by name")
    func compression() throws {
        let scratch = try Scratch()
        let outcome = try SluiceProcess.shell(
            """
            printf 'one\\ntwo\\n' | sluice pipe --output-file a.txt.zst
            sluice pipe --pattern two --output-file b.gz a.txt.zst
            cat b.gz | sluice pipe
            """, in: scratch)
        #expect(outcome.output == "two\n")
        #expect(outcome.error == "")
        #expect(try scratch.names() == ["a.txt.zst", "b.gz"])
    }

    @Test(
        "A size is a number and a unit",
        arguments: [
            ("1", 1), ("4k", 4096), ("16MiB", 16 << 20), ("1gb", 1_000_000_000), ("7B", 7),
        ])
    func sizes(text: String, byteCount: Int) {
        #expect(ByteSizeArgument(argument: text)?.byteCount == byteCount)
    }

    @Test(
        "What is no size is refused",
        arguments: ["", "0", "-1", "k", "1.5M", "9223372036854775807G"])
    func noSizes(text: String) {
        #expect(ByteSizeArgument(argument: text) == nil)
    }
}
