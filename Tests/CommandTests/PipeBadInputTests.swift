import Testing

@Suite("pipe with input that is wrong")
struct PipeBadInputTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        var input: [UInt8] = []
        let status: Int32
        var output = ""
        /// What stands on stderr; nothing besides.
        let error: String
        var testDescription: String { name }

        init(
            _ name: String, _ arguments: [String], _ input: String = "", status: Int32,
            output: String = "", error: String
        ) {
            self.name = name
            self.arguments = arguments
            self.input = Array(input.utf8)
            self.status = status
            self.output = output
            self.error = error
        }
    }

    private static let remedy =
        "Nothing of it was written; use --on-error skip or dead-letter to go on without "
        + "such records."
    private static let keep = "Keep them with --on-error dead-letter --dead-letter FILE."

    @Test(
        "Each mistake has its message, its exit code and nothing half-written",
        arguments: [
            Row(
                "malformed JSON names the line and the byte", ["pipe", "--format", "jsonl"],
                "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n", status: 1,
                error: "sluice: stdin, record 1: line 2, byte 6: a value was expected. \(remedy)\n"),
            Row(
                "malformed JSON is passed over",
                ["pipe", "--format", "jsonl", "--on-error", "skip"],
                "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n", status: 3, output: "{\"a\":1}\n{\"a\":3}\n",
                error: "sluice: 1 of 3 records set aside: 1 not parsed. \(keep)\n"),
            Row(
                "CSV with a wrong number of fields", ["pipe", "--format", "csv"],
                "a,b\n1,2\n3\n", status: 1,
                error: """
                    sluice: stdin, record 1: line 3: the row has 1 fields, the header line names \
                    2. \(remedy)

                    """),
            Row(
                "CSV with a wrong number of fields is passed over",
                ["pipe", "--format", "csv", "--on-error", "skip"], "a,b\n1,2\n3\n4,5\n", status: 3,
                output: "a,b\n1,2\n4,5\n",
                error: "sluice: 1 of 3 records set aside: 1 not parsed. \(keep)\n"),
            Row(
                "a column that is none, with the nearest",
                ["pipe", "--format", "csv", "--where", "carier = 'AA'"],
                "carrier,n\nAA,1\n", status: 2,
                error: """
                    sluice: --where, 1:1: name error: there is no column carier; did you mean \
                    carrier?
                    carier = 'AA'
                    ^

                    """),
            Row(
                "a function that is none, with the nearest",
                ["pipe", "--where", "UPER(a) = 'A'"], status: 2,
                error: """
                    sluice: --where, 1:1: name error: there is no function UPER; did you mean UPPER?
                    UPER(a) = 'A'
                    ^

                    """),
            Row(
                "a condition that ends too early", ["pipe", "--where", "a >"], status: 2,
                error: """
                    sluice: --where, 1:4: syntax error: expected operand, found the end
                    a >
                       ^

                    """),
            Row(
                "a pattern that is none", ["pipe", "--pattern", "a("], status: 2,
                error: "sluice: --pattern: missing closing parenthesis at byte 2 of the pattern.\n"),
            Row(
                "a missing file", ["pipe", "nowhere.jsonl"], status: 1,
                error: """
                    sluice: cannot open nowhere.jsonl: it does not exist. Check the path. (errno \
                    2, open(2))

                    """),
            Row(
                "a directory instead of a file", ["pipe", "."], status: 1,
                error: """
                    sluice: cannot open .: it is a directory. Name a file. (errno 21, open(2))

                    """),
            Row(
                "an output directory that is missing", ["pipe", "--output-file", "no/out", "-"],
                "x\n", status: 1,
                error: """
                    sluice: cannot open no/.out.partial: it does not exist. Check the path. (errno \
                    2, open(2))

                    """),
            Row("an empty input is no mistake", ["pipe", "-w", "a > 1"], status: 0, error: ""),
        ])
    func mistakes(_ row: Row) throws {
        let outcome = try SluiceProcess.run(row.arguments, bytes: row.input, in: Scratch())
        #expect(outcome.error == row.error)
        #expect(outcome.output == row.output)
        #expect(outcome.status == row.status)
    }

    @Test("Records that cannot be parsed are kept aside with the reason, whatever their bytes")
    func deadLetters() throws {
        let scratch = try Scratch()
        let input = Array("{\"a\":1}\n{\"a\":}\n".utf8) + [0xFF, 0xFE, 0x0A]
        let outcome = try SluiceProcess.run(
            ["pipe", "--format", "jsonl", "--dead-letter", "bad.jsonl"], bytes: input, in: scratch)
        #expect(outcome.status == 3)
        #expect(outcome.output == "{\"a\":1}\n")
        #expect(
            try scratch.read("bad.jsonl") == """
                {"error":"line 2, byte 6: a value was expected","split":"stdin","record":"1",\
                "value":"{\\"a\\":}"}
                {"error":"line 3, byte 1: a value was expected","split":"stdin","record":"2",\
                "value_base64":"//4="}

                """)
        #expect(outcome.error == "sluice: 2 of 3 records set aside: 2 not parsed.\n")
    }

    @Test("A line of 100 MB is refused in bounded memory, or taken if the limit allows it")
    func longLine() throws {
        let scratch = try Scratch()
        let make = "{ echo first; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last; }"
        // The program and the line do not fit into this address space together.
        let refused = try SluiceProcess.shell(
            "\(make) | (ulimit -v 145000; sluice pipe)", in: scratch)
        #expect(refused.status == 1)
        #expect(
            refused.error.hasPrefix(
                "sluice: stdin, record 1: line 2: the record has 100000000 bytes, the "
                    + "limit is 16777216."))
        let skipped = try SluiceProcess.shell(
            "\(make) | sluice pipe --on-error skip", in: scratch)
        #expect(skipped.status == 3)
        #expect(skipped.output == "first\nlast\n")
        let taken = try SluiceProcess.shell(
            "\(make) | sluice pipe --record-max 128MiB | wc -c", in: scratch)
        #expect(taken.status == 0)
        #expect(taken.lines == ["100000012"])
    }

    /// So many lines of `y`.
    ///
    /// Both programs say so when their reader goes away, if the process that runs the tests ignores
    /// SIGPIPE, as some do: that is not what is looked at here.
    private func yes(_ count: Int) -> String { "yes 2> /dev/null | head -n \(count) 2> /dev/null" }

    @Test("A full disk is an error, and a reader that has enough is none")
    func outputEnds() throws {
        let scratch = try Scratch()
        let full = try SluiceProcess.shell(
            "\(yes(1000)) | sluice pipe > /dev/full", in: scratch)
        #expect(full.status == 1)
        #expect(
            full.error == """
                sluice: cannot write to <standard output>: no space left on the disk. Free some \
                space, then repeat. (errno 28, pwritev(2))

                """)
        let head = try SluiceProcess.shell(
            "\(yes(2_000_000)) | sluice pipe | head -n 1; echo ${PIPESTATUS[2]}", in: scratch)
        #expect(head.lines == ["y", "0"])
        #expect(head.error == "")
    }

    @Test("An output file appears when it is complete, and not at all after a failure")
    func outputFile() throws {
        let scratch = try Scratch()
        let arguments = ["pipe", "--format", "jsonl", "--output-file", "out.jsonl"]
        let failed = try SluiceProcess.run(arguments, input: "{\"a\":1}\n{", in: scratch)
        #expect(failed.status == 1)
        #expect(try scratch.names() == [])
        let done = try SluiceProcess.run(arguments, input: "{\"a\":1}\n", in: scratch)
        #expect(done.status == 0)
        #expect(try scratch.names() == ["out.jsonl"])
        #expect(try scratch.read("out.jsonl") == "{\"a\":1}\n")
    }

    struct Stop: Sendable {
        let signal: String
        let status: String
    }

    @Test(
        "A stop signal ends a pipe that waits for input, after what came has been written",
        arguments: [Stop(signal: "INT", status: "130"), Stop(signal: "TERM", status: "143")])
    func stopped(_ row: Stop) throws {
        // Job control and env(1) give the background process the signals of a foreground one:
        // whoever runs the tests may ignore them. Nobody sleeps: the line is read from the output
        // as soon as it is written.
        let outcome = try SluiceProcess.shell(
            """
            set -m; mkfifo in out; exec 3<> in
            env --default-signal=INT,TERM "$PROGRAM" pipe < in > out 3>&- & pid=$!
            exec 4< out
            echo one >&3
            read -r line <&4; echo "$line"
            kill -\(row.signal) $pid; wait $pid; echo $?
            """, in: Scratch(), environment: ["PROGRAM": SluiceProcess.program])
        #expect(outcome.lines == ["one", row.status])
    }
}
