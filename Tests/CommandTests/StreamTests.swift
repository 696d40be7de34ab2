import Testing

@Suite("Named pipes, and standard streams that are not there")
struct StreamTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let line: String
        let output: String

        init(_ name: String, _ line: String, output: String) {
            testDescription = name
            self.line = line
            self.output = output
        }
    }

    // Pipes that were named as files gave nothing, with status 0: the first time that one had
    // nothing ready was taken for its end. bash's <(...) and /dev/stdin are such pipes.
    @Test(
        "A named pipe is read to its end",
        arguments: [
            Row("pipe", "sluice pipe <(printf 'a\\nb\\n')", output: "a\nb\n"),
            Row(
                "a writer that pauses", "sluice pipe <(echo a; sluice --version >&2; echo b)",
                output: "a\nb\n"),
            Row("two of them", "sluice pipe --count <(echo a) <(echo b; echo c)", output: "3\n"),
            Row("/dev/stdin", "printf 'a\\nb\\n' | sluice pipe --count /dev/stdin", output: "2\n"),
            Row(
                "sql", "sluice sql -e \"SELECT COUNT(*) AS n FROM 'p'\" < <(cat t > p)",
                output: "{\"n\":3}\n"),
            Row(
                "filter test", "sluice filter test 'a > 1' p -o json < <(cat t > p) | jq -c .read",
                output: "3\n"),
            Row(
                "produce", "sluice produce t --create-topic <(cat t) >&2; sluice consume t",
                output: "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"),
            Row(
                "a script", "sluice sql <(echo \"SELECT SUM(a) AS s FROM 't.jsonl'\")",
                output: "{\"s\":6}\n"),
        ])
    func namedPipe(_ row: Row) throws {
        let scratch = try Scratch()
        let text = "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"
        try scratch.write(text, to: "t")
        try scratch.write(text, to: "t.jsonl")
        let outcome = try SluiceProcess.shell("mkfifo p; \(row.line)", in: scratch)
        #expect(outcome.output == row.output, "\(outcome.error)")
        #expect(outcome.status == 0)
    }

    // The first signal was remembered and the wait went on: Control-C seemed to do nothing.
    @Test(
        "A stop signal ends the wait for the first byte, and a record without end",
        arguments: ["pipe < p", "pipe p", "produce t --create-topic < p", "pipe /dev/zero"])
    func stop(_ arguments: String) throws {
        let scratch = try Scratch()
        let outcome = try SluiceProcess.shell(
            "mkfifo p; exec 9<>p; timeout --preserve-status -k 20 1 "
                + "env --default-signal=TERM '\(SluiceProcess.program)' \(arguments)", in: scratch)
        #expect(outcome.status == 143, "\(outcome.error)")
        #expect(outcome.output == "")
    }

    // Their numbers went to what was opened next: reading waited for ever on an internal pipe.
    @Test(
        "A standard stream that is closed is an error, and no other file takes its place",
        arguments: [
            Row("stdin", "sluice pipe <&-", output: "standard input"),
            Row("stdout", "sluice pipe t >&-", output: "standard output"),
            Row("stdout beside a log", "sluice import t -t t >&-", output: "standard output"),
        ])
    func closed(_ row: Row) throws {
        let scratch = try Scratch()
        try scratch.write("a\nb\n", to: "t")
        let outcome = try SluiceProcess.shell(row.line, in: scratch)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("<\(row.output)>: it is not open."), "\(outcome.error)")
    }
}
