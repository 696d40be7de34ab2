import Testing

@Suite("sql")
struct SQLTests {
    private static let rows = """
        {"ts":0,"k":"a","v":1}
        {"ts":60000,"k":"b","v":2}
        {"ts":3600000,"k":"a","v":3}

        """

    @Test("SELECT prints its rows as JSON lines where no terminal reads them")
    func select() throws {
        let scratch = try Scratch()
        try scratch.write(Self.rows, to: "a.jsonl")
        let outcome = try SluiceProcess.run(
            ["sql", "-e", "SELECT k, v * 2 AS w FROM 'a.jsonl' WHERE v > 1"], in: scratch)
        #expect(outcome.output == "{\"k\":\"b\",\"w\":4}\n{\"k\":\"a\",\"w\":6}\n")
        #expect(outcome.error == "")
        #expect(outcome.status == 0)
        #expect(try scratch.names() == ["a.jsonl"], "a query over files needs no data directory")
    }

    @Test("A field that no record has is reported, with the nearest one that there is")
    func missingField() throws {
        let outcome = try SluiceProcess.run(
            ["sql", "-e", "SELECT kk FROM stdin LIMIT 1"], input: Self.rows, in: Scratch())
        #expect(outcome.output == "{\"kk\":null}\n")
        #expect(
            outcome.error
                == "None of the first 3 records has a field 'kk'. Did you mean 'k'?\n")
        #expect(outcome.status == 0)
    }

    // A SELECT was silent about them: its sums were wrong and nothing said so.
    @Test("Records that no window takes are reported, and those that are set aside")
    func outsideWindows() throws {
        let input =
            Self.rows + "{\"k\":\"a\",\"v\":4}\n{\"ts\":9e18,\"v\":5}\n{\"ts\":1,\"v\":6}\n{\n"
        let outcome = try SluiceProcess.run(
            [
                "sql", "--on-error", "skip", "-e",
                """
                CREATE STREAM s WITH (path = '-', format = 'json', event_time = 'ts');
                SELECT window_start AS w, SUM(v) AS v FROM TABLE(TUMBLE(s, INTERVAL '1' HOUR))
                GROUP BY window_start
                """,
            ], input: input, in: Scratch())
        #expect(outcome.output == "{\"w\":0,\"v\":3}\n{\"w\":3600000,\"v\":3}\n")
        #expect(
            outcome.error == """
                sluice: 1 of 7 records set aside: 1 not parsed. Keep them with an INSERT into a \
                topic and --on-error dead-letter.
                sluice: 2 of 7 records are in no window: they have no event time, or one out of \
                range.
                sluice: 1 of 7 records came after their window was closed. Take them in with \
                --watermark-delay or --allowed-lateness.

                """)
        #expect(outcome.status == 3)
    }

    @Test("A table has its columns under each other, numbers to the right")
    func table() throws {
        let scratch = try Scratch()
        let outcome = try SluiceProcess.run(
            ["sql", "-o", "text", "-e", "SELECT k, v * 100 AS hundreds FROM stdin"],
            input: Self.rows, in: scratch)
        #expect(
            outcome.output == """
                k  hundreds
                a       100
                b       200
                a       300

                """)
    }

    // They were counted as kept aside and kept nowhere.
    @Test(
        "Dead letters are refused where there is no topic for them",
        arguments: ["SELECT v FROM 't'", "INSERT INTO 'o.jsonl' SELECT v FROM 't'"])
    func noDeadLetterTopic(_ query: String) throws {
        let scratch = try Scratch()
        try scratch.write("{", to: "t")
        let outcome = try SluiceProcess.run(
            ["sql", "--on-error", "dead-letter", "-e", query], in: scratch)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("without one use --on-error skip."))
        #expect(try scratch.names() == ["t"])
    }

    // The job found that it had read everything, and left the new topic empty with status 0.
    @Test(
        "A job's progress is refused for another target, and for a topic that was made anew",
        arguments: [
            "sluice sql --job j -e \"INSERT INTO p SELECT v FROM 't.jsonl'\"",
            "sluice topic delete o --yes >&2; sluice sql --job j -e \"$QUERY\"",
        ])
    func otherTarget(_ line: String) throws {
        let scratch = try Scratch()
        try scratch.write(Self.rows, to: "t.jsonl")
        let query = "INSERT INTO o SELECT v FROM 't.jsonl'"
        let outcome = try SluiceProcess.shell(
            """
            sluice sql --job j -e "$QUERY" && sluice sql --job j -e "$QUERY" || echo failed early
            \(line) || echo $?
            sluice sql --restart --job j -e "$QUERY"; sluice consume o --limit 1
            """, in: scratch, environment: ["QUERY": query])
        #expect(outcome.lines == ["1", "{\"v\":1}"], "\(outcome.error)")
        #expect(outcome.error.contains("belongs to another query or target"))
    }

    @Test("Windows over standard input close at its end")
    func windows() throws {
        let outcome = try SluiceProcess.run(
            [
                "sql", "-e",
                """
                CREATE STREAM s WITH (path = '-', format = 'json', event_time = 'ts');
                SELECT window_start, COUNT(*) AS n FROM TUMBLE(s, INTERVAL '1' HOUR)
                GROUP BY window_start
                """,
            ], input: Self.rows, in: Scratch())
        #expect(outcome.error == "")
        #expect(
            outcome.lines == [
                "{\"window_start\":0,\"n\":2}", "{\"window_start\":3600000,\"n\":1}",
            ])
    }

    @Test("The same INSERT again adds nothing: its job goes on where it was")
    func exactlyOnce() throws {
        let scratch = try Scratch()
        try scratch.write(Self.rows, to: "a.jsonl")
        let insert = ["sql", "--job", "copy", "-e", "INSERT INTO t SELECT k, v FROM 'a.jsonl'"]
        let count = ["sql", "-e", "SELECT COUNT(*) AS n FROM t"]
        let first = try SluiceProcess.run(insert, in: scratch)
        #expect(first.status == 0)
        #expect(first.error.contains("job copy: read 3, written 3,"))
        #expect(try SluiceProcess.run(count, in: scratch).output == "{\"n\":3}\n")
        let second = try SluiceProcess.run(insert, in: scratch)
        #expect(second.error.contains("job copy: read 0, written 0,"))
        #expect(try SluiceProcess.run(count, in: scratch).output == "{\"n\":3}\n")
        // More input is taken up where the job ended.
        try scratch.write(Self.rows + "{\"k\":\"c\",\"v\":4}\n", to: "a.jsonl")
        #expect(
            try SluiceProcess.run(insert, in: scratch).error.contains("read 1, written 1,"))
        let again = try SluiceProcess.run(insert + ["--restart"], in: scratch)
        #expect(again.error.contains("read 4, written 4,"))
        #expect(try SluiceProcess.run(count, in: scratch).output == "{\"n\":8}\n")
    }

    @Test("A topic that is not there is an error at its place, with the nearest one that is")
    func unknownTopic() throws {
        let scratch = try Scratch()
        _ = try SluiceProcess.run(
            ["sql", "-e", "INSERT INTO flights SELECT v FROM stdin"], input: Self.rows, in: scratch)
        let outcome = try SluiceProcess.run(["sql", "-e", "SELECT v\nFROM flihgts"], in: scratch)
        #expect(
            outcome.error == """
                sluice: 2:6: name error: there is no stream or topic flihgts; files stand in \
                quotes; did you mean flights?
                FROM flihgts
                     ^

                """)
        #expect(outcome.status == 2)
    }

    @Test("Windows stay open at the end of a topic if asked to, and the next run goes on with them")
    func keepOpen() throws {
        let scratch = try Scratch()
        let fill = ["sql", "--job", "fill", "-e", "INSERT INTO s SELECT * FROM 'a.jsonl'"]
        let count = [
            "sql", "--job", "count", "-e",
            """
            CREATE STREAM e WITH (topic = 's', format = 'json', event_time = 'ts');
            INSERT INTO w SELECT window_start, COUNT(*) AS n
            FROM TUMBLE(e, INTERVAL '1' HOUR) GROUP BY window_start
            """,
        ]
        let show = ["sql", "-e", "SELECT * FROM w"]
        try scratch.write(Self.rows, to: "a.jsonl")
        _ = try SluiceProcess.run(fill, in: scratch)
        _ = try SluiceProcess.run(count + ["--keep-open"], in: scratch)
        let first = "{\"window_start\":0,\"n\":2}\n"
        #expect(try SluiceProcess.run(show, in: scratch).output == first)
        // Another event of the hour that is still open.
        try scratch.write(Self.rows + "{\"ts\":3600001,\"k\":\"a\",\"v\":4}\n", to: "a.jsonl")
        _ = try SluiceProcess.run(fill, in: scratch)
        _ = try SluiceProcess.run(count, in: scratch)
        #expect(
            try SluiceProcess.run(show, in: scratch).output
                == first + "{\"window_start\":3600000,\"n\":2}\n")
        let changed = try SluiceProcess.run(
            count.dropLast() + [count[4].replacing("COUNT(*)", with: "MAX(v)")], in: scratch)
        #expect(
            changed.error == """
                sluice: the progress under the name 'count' belongs to another query or target, \
                or is older than a topic that was made anew. Give the \
                changed query a name of its own with --job, or begin again with --restart.

                """)
        #expect(changed.status == 1)
    }

    // The second statement read nothing, and nothing said so.
    @Test("Two statements cannot both read standard input, whatever they call it")
    func standardInputTwice() throws {
        let outcome = try SluiceProcess.run(
            [
                "sql", "-e",
                """
                CREATE STREAM s WITH (path = '-', format = 'json');
                SELECT k FROM stdin; SELECT v FROM s
                """,
            ], input: Self.rows, in: Scratch())
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.error.hasPrefix("sluice: two statements of the script read stdin"))
    }

    @Test("A setting replaces its name in the script")
    func settings() throws {
        let scratch = try Scratch()
        try scratch.write("SELECT v FROM stdin WHERE v >= ${min}", to: "q.sql")
        let outcome = try SluiceProcess.run(
            ["sql", "q.sql", "--set", "min=3"], input: Self.rows, in: scratch)
        #expect(outcome.output == "{\"v\":3}\n")
    }

    @Test("EXPLAIN shows the steps and reads nothing")
    func explain() throws {
        let scratch = try Scratch()
        let outcome = try SluiceProcess.run(
            ["sql", "-e", "EXPLAIN SELECT k FROM stdin WHERE v > 1"], input: Self.rows, in: scratch)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("where   v > 1"))
        #expect(outcome.output.contains("stdin, json"))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let error: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "A mistake in the script is shown at its place, with exit code 2 and nothing begun",
        arguments: [
            Mistake(
                arguments: ["-e", "SELECT a FROM flihgts"],
                error: """
                    sluice: there is no topic 'flihgts', because there is no data directory \
                    'sluice-data'. Name the directory with --data DIR; a file's name stands in \
                    quotes: FROM 'a.jsonl'.

                    """),
            Mistake(
                arguments: ["-e", "SELECT a FROM 'nowhere.jsonl'"],
                error: """
                    sluice: cannot open nowhere.jsonl: it does not exist. Check the path. (errno \
                    2, open(2))

                    """),
            Mistake(
                arguments: ["-e", "SELECT ${x} FROM stdin"],
                error: """
                    sluice: the script needs a value for ${x}. Give it with --set x=VALUE.

                    """),
            Mistake(
                arguments: ["-e", "SELECT a FROM stdin", "--set", "y=1"],
                error: """
                    sluice: the script has no ${y} that --set y=… could replace. Write it so, or \
                    leave the setting out.

                    """),
            Mistake(
                arguments: ["-e", "/* nothing */"],
                error: """
                    sluice: the script has nothing to run. Add a SELECT, INSERT INTO or EXPLAIN.

                    """),
        ])
    func mistakes(_ row: Mistake) throws {
        let scratch = try Scratch()
        let outcome = try SluiceProcess.run(["sql"] + row.arguments, in: scratch)
        #expect(outcome.error == row.error)
        #expect(outcome.output == "")
        // A file that is missing is no mistake of the script.
        #expect(outcome.status == (row.error.contains("cannot open") ? 1 : 2))
        #expect(try scratch.names() == [])
    }

    @Test("A second process on the same data directory is told who holds it")
    func secondProcess() throws {
        // The first one waits for input that comes only after the second one has ended.
        let outcome = try SluiceProcess.shell(
            """
            set -m; mkfifo in out; exec 3<> in
            sluice sql -e "INSERT INTO t SELECT a FROM stdin" \\
                < in > /dev/null 2> out 3>&- & pid=$!
            exec 4< out
            read -r line <&4; echo "$line"
            sluice sql -e "SELECT a FROM t"; echo $?
            pgrep -P $pid > child || echo $pid > child
            exec 3>&-; wait $pid
            """, in: Scratch())
        #expect(outcome.lines.first == "Created topic 't'.")
        #expect(outcome.lines.dropFirst().first == "1")
        #expect(
            outcome.error.contains("sluice: sluice-data is in use by process "))
        #expect(outcome.error.contains(". If that is sluice serve, ask it with --server"))
    }
}
