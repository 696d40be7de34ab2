import Streams
import Testing

@Suite("Limits of statements and jobs")
struct LimitTests {
    private func message(_ script: String) throws -> String? {
        do {
            _ = try QueryFile.plan(script)
            return nil
        } catch let error as SQLError {
            return error.fullMessage
        }
    }

    private func list(_ count: Int, _ item: (Int) -> String) -> String {
        (0..<count).map(item).joined(separator: ", ")
    }

    @Test("SELECT items, one below, at and above the limit")
    func items() throws {
        let limit = StreamLimits.selectItemCountMax
        func select(_ count: Int) throws -> String? {
            try message("SELECT \(list(count) { "n AS c\($0)" }) FROM events")
        }
        #expect(try select(limit - 1) == nil)
        #expect(try select(limit) == nil)
        #expect(try select(limit + 1) == "a SELECT has at most \(limit) items")
    }

    @Test("GROUP BY expressions, one below, at and above the limit")
    func keys() throws {
        let limit = StreamLimits.groupKeyCountMax
        func group(_ count: Int) throws -> String? {
            try message("SELECT COUNT(*) FROM events GROUP BY \(list(count) { "n\($0)" })")
        }
        #expect(try group(limit - 1) == nil)
        #expect(try group(limit) == nil)
        #expect(try group(limit + 1) == "a GROUP BY has at most \(limit) expressions")
    }

    @Test("Aggregates, one below, at and above the limit")
    func aggregates() throws {
        let limit = StreamLimits.aggregateCountMax
        func sum(_ count: Int) throws -> String? {
            try message("SELECT \(list(count) { "SUM(n\($0))" }) FROM events")
        }
        #expect(try sum(limit - 1) == nil)
        #expect(try sum(limit) == nil)
        #expect(try sum(limit + 1) == "a SELECT has at most \(limit) aggregates")
    }

    @Test("Bytes of a script, one below, at and above the limit")
    func script() throws {
        let limit = StreamLimits.scriptByteCountMax
        let query = "SELECT n FROM events "
        func padded(_ count: Int) -> String {
            query + String(repeating: " ", count: count - query.utf8.count)
        }
        #expect(try message(padded(limit - 1)) == nil)
        #expect(try message(padded(limit)) == nil)
        #expect(
            try message(padded(limit + 1))
                == "the text has \(limit + 1) bytes; the limit is \(limit)")
    }

    @Test("Event times beyond the limit count as absent; those at it do not")
    func eventTimes() throws {
        let limit = StreamLimits.eventTimeMax
        let lines = [-limit - 1, -limit, limit, limit + 1, .max, .min].map { "{\"ts\":\($0)}" }
        let target = MemoryTarget()
        let plan = try QueryFile.plan(
            """
            SELECT COUNT(*) AS c FROM TUMBLE(events, DESCRIPTOR(ts), INTERVAL '1' HOUR)
            GROUP BY window_start
            """)
        let report = try plan.makePipeline(source: MemorySource(lines: lines), target: target).run()
        #expect(report.withoutTime == 4)
        #expect(target.values() == [#"{"c":1}"#, #"{"c":1}"#])
    }

    @Test("A window of many groups comes out in parts, in the order of the keys")
    func parts() throws {
        let count = 40_000
        let lines = (0..<count).map { "{\"ts\":\($0 % 7),\"k\":\(($0 * 7919) % count)}" }
        let target = MemoryTarget()
        let plan = try QueryFile.plan(
            """
            SELECT k, COUNT(*) AS c FROM TUMBLE(events, DESCRIPTOR(ts), INTERVAL '1' HOUR)
            GROUP BY window_start, k
            """)
        _ = try plan.makePipeline(
            source: MemorySource(lines: lines) { count }, target: target
        ).run()
        let expected = (0..<count).map { "{\"k\":\($0),\"c\":1}" }
        #expect(expected.reduce(0) { $0 + $1.utf8.count } > 2 * StreamLimits.outputByteCount)
        #expect(target.values() == expected)
        #expect(target.writeCount > 1)
    }
}
