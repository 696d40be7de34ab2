import Streams
import Testing

/// A script, and the message by which it is refused.
private struct Refusal: CustomTestStringConvertible {
    let script: String
    let message: String

    init(_ script: String, _ message: String) {
        self.script = script
        self.message = message
    }

    var testDescription: String { script }
}

private let refusals = [
    Refusal(
        "SELEC 1",
        "1:1: syntax error: expected CREATE STREAM, SELECT, INSERT INTO or EXPLAIN, found SELEC"),
    Refusal("SELECT n FROM events WHERE", "1:27: syntax error: expected operand, found the end"),
    Refusal("SELECT n events", "1:16: syntax error: expected FROM, found the end"),
    Refusal(
        "SELECT n FROM events LIMIT x", "1:28: syntax error: expected a number of rows, found x"),
    Refusal(
        "SELECT n FROM evnts",
        "1:15: name error: there is no stream or topic evnts; files stand in quotes; did you mean events?"
    ),
    Refusal("SELECT n, k AS n FROM events", "1:11: name error: two columns are called n: use AS"),
    Refusal(
        "SELECT COUNT(*) FROM SESSION(events, INTERVAL '1' HOUR)",
        "1:22: unsupported error: SESSION is not supported yet; use TUMBLE or HOP"),
    Refusal(
        "SELECT COUNT(*) FROM TUMBEL(events, INTERVAL '1' HOUR)",
        "1:22: name error: TUMBEL is no window function; there are TUMBLE, HOP, CUMULATE; did you mean TUMBLE?"
    ),
    Refusal(
        "SELECT COUNT(*) FROM HOP(events, INTERVAL '1' HOUR)",
        "1:51: type error: HOP needs more intervals: HOP(stream, slide, size [, offset])"),
    Refusal(
        "SELECT COUNT(*) FROM TUMBLE(events, 5)",
        "1:37: type error: expected an interval such as INTERVAL '1' HOUR"),
    Refusal(
        "SELECT COUNT(*) FROM TUMBLE(events, INTERVAL '0' HOUR) GROUP BY window_start",
        "1:22: window error: the window's size is 0 ms: it must be above 0"),
    Refusal(
        "SELECT * FROM a JOIN b ON a.x = b.x", "1:17: unsupported error: JOIN is not supported yet"),
    Refusal(
        "SELECT * FROM events ORDER BY n",
        "1:22: unsupported error: ORDER BY is not supported yet; windows come out in the order of their ends"
    ),
    Refusal(
        "SELECT SUM(n) OVER (ORDER BY ts) FROM events",
        "1:15: unsupported error: OVER is not supported yet; use a window in FROM: TUMBLE(stream, INTERVAL '1' HOUR)"
    ),
    Refusal(
        "SELECT *, n FROM events",
        "1:9: unsupported error: columns beside * is not supported yet; name the columns that you want"
    ),
    Refusal(
        "SELECT * FROM TUMBLE(events, INTERVAL '1' HOUR)",
        "1:15: unsupported error: a window without GROUP BY is not supported yet; add GROUP BY window_start, window_end"
    ),
    Refusal(
        "SELECT n, COUNT(*) FROM TUMBLE(events, INTERVAL '1' HOUR) GROUP BY window_start",
        "1:8: name error: n is neither grouped nor aggregated: name it in GROUP BY, or take FIRST_VALUE(n)"
    ),
    Refusal(
        "SELECT COUNT(*) FROM TUMBLE(events, INTERVAL '1' HOUR) GROUP BY k",
        "1:65: type error: GROUP BY must name the window: add window_start, window_end"),
    Refusal(
        "SELECT COUNT(*) FROM CUMULATE(events, INTERVAL '1' HOUR, INTERVAL '2' HOUR) GROUP BY window_start",
        "1:86: type error: GROUP BY must name the window: add window_start, window_end"),
    Refusal(
        "SELECT k FROM events WHERE COUNT(*) > 1",
        "1:28: type error: COUNT is an aggregate, which WHERE cannot hold: use HAVING"),
    Refusal("SELECT SUM(COUNT(*)) FROM events", "1:12: type error: aggregates cannot be nested"),
    Refusal("SELECT SUM(*) FROM events", "1:8: type error: SUM(*) is nothing: only COUNT takes *"),
    Refusal(
        "SELECT PERCENTILE(n, 2) FROM events",
        "1:22: type error: the share of PERCENTILE must be a number between 0 and 1"),
    Refusal("SELECT SUM(n > 1) FROM events", "1:12: type error: SUM cannot take BOOL"),
    Refusal(
        "SELECT COUNT(*) FROM TUMBLE('f.jsonl', INTERVAL '1' HOUR) GROUP BY window_start",
        "1:22: name error: f.jsonl has no event time: name its column with DESCRIPTOR(column), or declare the stream with event_time = 'column'"
    ),
    Refusal(
        "CREATE STREAM s WITH (topik = 'x')",
        "1:23: name error: there is no option topik; did you mean topic?"),
    Refusal(
        "CREATE STREAM s WITH (topic = 'x', watermark_delay = '5 parsecs')",
        "1:54: syntax error: '5 parsecs' is no delay; write 500ms, 5s, 10m, 1h or 1d"),
    Refusal(
        "CREATE STREAM s WITH (format = 'json')",
        "1:15: syntax error: the stream needs topic = '…' or path = '…'"),
    Refusal(
        "CREATE STREAM s (n NUMBER) WITH (topic = 'events')",
        "1:20: name error: there is no type NUMBER"),
    Refusal(
        "CREATE STREAM s (n INT) WITH (topic = 'events'); SELECT m FROM s",
        "1:57: name error: the stream declares no column m; did you mean n?"),
    Refusal(
        "SELECT LOWR(k) FROM events",
        "1:8: name error: there is no function LOWR; did you mean LOWER?"),
    Refusal(
        "SELECT NOW() FROM events",
        "1:8: volatile error: NOW() changes between runs: it is refused in jobs, keys and stored filters"
    ),
    Refusal(
        "SELECT b FROM 'f.csv'; SELECT d FROM 'f.csv'",
        "1:31: name error: there is no column d; did you mean a?"),
]

@Suite("SQL statements")
struct StatementTests {
    @Test(
        "A script is refused with its place, the reason and what would be right",
        arguments: refusals)
    fileprivate func refused(_ row: Refusal) throws {
        do {
            _ = try QueryFile.plan(row.script)
            Issue.record("was accepted")
        } catch let error as SQLError {
            let rendered = error.rendered(in: row.script).split(separator: "\n")
            #expect(rendered.first.map(String.init) == row.message)
            #expect(rendered.count == 3)
            #expect(rendered.last?.hasSuffix("^") == true)
        }
    }

    @Test("An aggregate over an endless stream without a window is refused with the reason")
    func endless() throws {
        let catalog = MemoryCatalog(topics: ["events"], isBounded: false)
        let script = "SELECT k, COUNT(*) FROM events GROUP BY k"
        let error = #expect(throws: SQLError.self) {
            try QueryFile.plan(script, catalog: catalog)
        }
        #expect(
            error?.rendered(in: script)
                == """
                1:41: unsupported error: an aggregate over the endless stream events never has a \
                result: group by a window, FROM TUMBLE(events, INTERVAL '1' HOUR) … GROUP BY \
                window_start
                SELECT k, COUNT(*) FROM events GROUP BY k
                                                        ^
                """)
    }

    @Test("Statements are split at semicolons outside of texts and comments, with their places")
    func statements() throws {
        let script = "-- a; b\nSELECT ';' FROM events; ; /* ; */ EXPLAIN SELECT n FROM stdin"
        let statements = try StatementParser.parse(script)
        #expect(statements.count == 2)
        let texts = statements.map {
            String(Array(script.utf8)[$0.range].map { Character(UnicodeScalar($0)) })
        }
        #expect(texts == ["SELECT ';' FROM events", "EXPLAIN SELECT n FROM stdin"])
    }

    @Test("Topic names with dots and dashes need no quotes")
    func topicNames() throws {
        let catalog = MemoryCatalog(topics: ["a.b-c.1"])
        let plan = try QueryFile.plan("SELECT * FROM a.b-c.1 AS x WHERE x.n = 1", catalog: catalog)
        #expect(plan.source.name == "a.b-c.1")
    }

    @Test("EXPLAIN shows the steps from the source to the target")
    func explain() throws {
        let plan = try QueryFile.plan(
            """
            CREATE STREAM flights WITH (topic = 'events', event_time = 'ts', watermark_delay = '5s');
            INSERT INTO late_by_hour
            SELECT window_start, origin, COUNT(*) AS late, AVG(dep_delay) * 2
            FROM TUMBLE(flights, INTERVAL '1' HOUR)
            WHERE dep_delay > 15 GROUP BY window_start, origin HAVING late > 3 LIMIT 10
            """)
        #expect(
            plan.explain()
                == """
                source  flights, topic events, json, bounded
                reads   payload.ts, payload.dep_delay, payload.origin
                time    ts, watermark 5000 ms behind
                where   dep_delay > 15
                window  TUMBLE 3600000 ms
                group   origin
                having  COUNT(*) > 3
                select  window_start, origin, COUNT(*) AS late, AVG(dep_delay) * 2
                limit   10
                target  late_by_hour

                """)
    }
}
