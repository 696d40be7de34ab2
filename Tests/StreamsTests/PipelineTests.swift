import Connectors
import Expressions
import Filters
import Records
import Streams
import Testing

private func record(
    _ offset: Int64, _ value: String, timestamp: Int64 = 0, key: String? = nil,
    rejection: String? = nil
) -> MemorySource.Record {
    MemorySource.Record(
        offset: offset, timestamp: timestamp, key: key, value: value, rejection: rejection)
}

private let streams = [RecordStream(topic: "t")]

private func filter(
    _ condition: String, errorPolicy: ErrorPolicy = .drop
) throws -> FilterOperator {
    let definition = FilterDefinition(sql: condition, errorPolicy: errorPolicy, format: .json)
    return FilterOperator(try SubscriptionFilter(definition), streams: streams)
}

@Suite("Pipelines")
struct PipelineTests {
    @Test("Records that pass a filter go on as they are; every other one is counted by its reason")
    func filters() throws {
        let target = MemoryTarget()
        let lines = [#"{"n":1}"#, #"{"n" : 2}"#, #"{"n":"x"}"#, "{", #"{"n":3,"s":"é"}"#]
        let report = try Pipeline(
            source: MemorySource(lines: lines), operators: [try filter("n > 1")], target: target
        ).run()
        #expect(target.values() == [lines[1], lines[4]])
        #expect(report.ending == .inputEnded)
        #expect(target.isFinished)
        #expect(report.read == 5)
        #expect(report.kept == 2)
        #expect(report.refused == 1)
        #expect(report.unknown == 2)
        #expect(report.malformed == 1)
        #expect(report.written == 2)
        #expect(report.bytesOut == Int64(lines[1].utf8.count + lines[4].utf8.count))
    }

    @Test("A limit ends the run early, also when it is resumed", arguments: [1, 2, 3, 100])
    func limit(readCount: Int) throws {
        let target = MemoryTarget()
        let lines = (0..<10).map { "{\"n\":\($0)}" }
        for _ in 0..<2 {
            let report = try Pipeline(
                source: MemorySource(lines: lines) { readCount },
                operators: [try filter("n % 2 = 1"), LimitOperator(3)], target: target
            ).run()
            #expect(report.ending == .limitReached)
            #expect(target.values() == [lines[1], lines[3], lines[5]])
        }
    }

    @Test("A limit of nothing reads nothing")
    func limitOfNothing() throws {
        let target = MemoryTarget()
        let report = try Pipeline(
            source: MemorySource(lines: ["{}"]), operators: [LimitOperator(0)], target: target
        ).run()
        #expect(report.read == 0)
        #expect(target.values().isEmpty)
    }

    @Test("Keys and timestamps are computed; a NULL leaves no key and the record's own time")
    func assignment() throws {
        var builder = ProgramBuilder(CompileOptions(shape: .json))
        let key = try builder.addValue(#require(try ExpressionParser.parse("k")))
        let time = try builder.addValue(#require(try ExpressionParser.parse("ts")))
        let program = RowProgram(builder.build(), values: [key, time], streams: streams)
        let target = MemoryTarget()
        let records = [
            record(0, #"{"k":"é","ts":5}"#, timestamp: 1, key: "old"),
            record(1, #"{"k":7,"ts":"2024-01-01"}"#, timestamp: 2),
            record(2, "{}", timestamp: 3, key: "old"),
        ]
        _ = try Pipeline(
            source: MemorySource([records]),
            operators: [AssignmentOperator(program, key: key, timestamp: time)], target: target
        ).run()
        let outputs = target.committed[.main] ?? []
        #expect(outputs.map(\.key) == ["é", "7", nil])
        #expect(outputs.map(\.timestamp) == [5, 1_704_067_200_000, 3])
        #expect(outputs.map(\.value) == records.map(\.value))
    }

    private static let badRecords = [
        record(0, #"{"n":1}"#, timestamp: 10, key: "a"),
        record(1, "not json", rejection: "line 2, byte 1: expected a value"),
        record(2, #"{"n":"x"}"#, timestamp: 12, key: "c"),
        record(3, #"{"n":3}"#, timestamp: 13),
    ]

    private func runBad(
        _ policy: PipelineOptions.ErrorPolicy, readCount: Int = 10
    ) throws -> (MemoryTarget, PipelineReport) {
        var options = PipelineOptions()
        options.onError = policy
        let target = MemoryTarget()
        let plan = try QueryFile.plan("SELECT CAST(n AS INT) AS n FROM events")
        let report = try plan.makePipeline(
            source: MemorySource([Self.badRecords]) { readCount }, target: target, options: options
        ).run()
        return (target, report)
    }

    @Test(
        "Records that cannot be parsed or evaluated are put aside in order, with their reasons",
        arguments: 1...4)
    func deadLetters(readCount: Int) throws {
        let (target, report) = try runBad(.deadLetter, readCount: readCount)
        #expect(target.values() == [#"{"n":1}"#, #"{"n":3}"#])
        let aside = target.committed[.deadLetter] ?? []
        #expect(aside.map(\.value) == ["not json", #"{"n":"x"}"#])
        #expect(aside.map(\.key) == [nil, "c"])
        #expect(aside.map(\.timestamp) == [10, 12])
        #expect(aside.map { $0.headers["sluice.split"] } == ["split-0", "split-0"])
        #expect(aside.map { $0.headers["sluice.record"] } == ["1", "2"])
        #expect(
            aside.map { $0.headers["sluice.error"] } == [
                "line 2, byte 1: expected a value",
                "a CAST has no value for it (TRY_CAST gives NULL instead)",
            ])
        #expect(report.deadLettered == 2)
        #expect(report.rejected == 1)
        #expect(report[.cast] == 1)
    }

    @Test("Skipping drops such records and counts them")
    func skip() throws {
        let (target, report) = try runBad(.skip)
        #expect(target.values() == [#"{"n":1}"#, #"{"n":3}"#])
        #expect(report.rejected == 1)
        #expect(report[.cast] == 1)
        #expect(report.deadLettered == 0)
    }

    @Test("Failing stops at the record and names it")
    func fail() throws {
        let error = #expect(throws: PipelineError.self) { try runBad(.fail) }
        #expect(
            error
                == .rejected(
                    split: SplitName("split-0"), number: 1,
                    reason: "line 2, byte 1: expected a value"))
    }

    @Test("A subscription's own error policy decides about records that it cannot evaluate")
    func subscriptionPolicy() throws {
        let lines = [#"{"n":"1"}"#, #"{"n":"x"}"#]
        let target = MemoryTarget()
        let report = try Pipeline(
            source: MemorySource(lines: lines),
            operators: [try filter("CAST(n AS INT) = 1", errorPolicy: .deadLetter)], target: target
        ).run()
        #expect(target.values() == [lines[0]])
        #expect(target.values(.deadLetter) == [lines[1]])
        #expect(report[.cast] == 1)
        #expect(throws: PipelineError.self) {
            try Pipeline(
                source: MemorySource(lines: lines),
                operators: [try filter("CAST(n AS INT) = 1", errorPolicy: .fail)],
                target: MemoryTarget()
            ).run()
        }
    }

    @Test("A live source is waited for; stopping commits what was done")
    func live() throws {
        let source = MemorySource([[record(0, "{}")], []], isBounded: false)
        let target = MemoryTarget()
        var options = PipelineOptions()
        var waits = 0
        options.whenIdle = {
            waits += 1
            source.append(record(Int64(waits), "{\"wait\":\(waits)}"), to: waits % 2)
            return true
        }
        let pipeline = Pipeline(source: source, target: target, options: options)
        let report = try pipeline.run(shouldStop: { waits == 3 })
        #expect(report.ending == .stopped)
        #expect(!target.isFinished, "a part must not pass for the whole")
        #expect(target.values() == ["{}", #"{"wait":1}"#, #"{"wait":2}"#])
    }

    @Test(
        "Windows of a live source close by the splits that have records; held if asked",
        arguments: [true, false])
    func idle(holds: Bool) throws {
        let rows = [1000, 2000, 11_000].enumerated().map {
            record(Int64($0), "{\"ts\":\($1)}")
        }
        let target = MemoryTarget()
        var options = PipelineOptions()
        options.idleSplitsHoldWatermark = holds
        let plan = try QueryFile.plan(
            """
            SELECT window_start, COUNT(*) AS c
            FROM TUMBLE(events, DESCRIPTOR(ts), INTERVAL '10' SECOND) GROUP BY window_start
            """)
        let report = try plan.makePipeline(
            source: MemorySource([rows, []], isBounded: false), target: target, options: options
        ).run()
        #expect(report.ending == .caughtUp)
        #expect(target.values() == (holds ? [] : [#"{"window_start":0,"c":2}"#]))
    }
}
