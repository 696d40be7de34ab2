import Bytes
import Expressions
import Filters
import Records
import Testing

private struct Result {
    let rows: [Int32]
    let outcome: SubscriptionFilter.Outcome
    let report: FilterReport
}

private func select(_ definition: FilterDefinition, _ records: [RecordFixture]) throws -> Result {
    var filter = try SubscriptionFilter(definition)
    let buffer = RecordBuffer(records)
    var selection = Selection(all: records.count)
    let outcome = filter.select(
        from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
    return Result(rows: selection.rows, outcome: outcome, report: filter.report)
}

private let flights = [
    RecordFixture(#"{"carrier":"UA","dep_delay":20}"#, tag: "TagA"),
    RecordFixture(#"{"carrier":"AA","dep_delay":30}"#, tag: "TagA"),
    RecordFixture(#"{"carrier":"UA","dep_delay":null}"#, tag: "TagA"),
    RecordFixture(#"{"carrier":"UA","dep_delay":40}"#, tag: "TagB"),
    RecordFixture(#"{"carrier":"UA","dep_delay":5}"#, tag: "TagA"),
    RecordFixture(#"{"carrier":"UA""#, tag: "TagA"),
    RecordFixture(#"{"carrier":"UA","dep_delay":50}"#),
]

@Suite("Subscription filters")
struct SubscriptionFilterTests {
    @Test("No condition keeps every record")
    func everything() throws {
        let result = try select(FilterDefinition(), flights)
        #expect(result.rows == [0, 1, 2, 3, 4, 5, 6])
        #expect(result.report.seen == 7 && result.report.kept == 7)
    }

    @Test("All conditions must hold, and every record is counted under its reason")
    func conjunction() throws {
        let definition = FilterDefinition(
            tag: "TagA", sql: "dep_delay > 15", pattern: "\"UA\"", format: .json)
        let result = try select(definition, flights)
        #expect(result.rows == [0])
        #expect(result.report.seen == 7)
        #expect(result.report.kept == 1)
        #expect(result.report.refused == [2, 1, 1])
        #expect(result.report.unknown == 2)
        #expect(result.report.malformed == 1)
        #expect(result.report.firstMalformed?.offset == 5)
    }

    private static let errors = [
        RecordFixture(#"{"n":"7"}"#), RecordFixture(#"{"n":"x"}"#), RecordFixture(#"{"n":"1"}"#),
        RecordFixture(#"{"n":"y"}"#),
        RecordFixture(#"{"n":"8"}"#),
    ]

    @Test(
        "The policy decides about records that cannot be evaluated", arguments: ErrorPolicy.allCases
    )
    func policies(_ policy: ErrorPolicy) throws {
        let definition = FilterDefinition(
            sql: "CAST(n AS INT) > 5", errorPolicy: policy, format: .json)
        let result = try select(definition, Self.errors)
        let failed = [ErrorRow(row: 1, error: .cast), ErrorRow(row: 3, error: .cast)]
        #expect(result.report.errorRows == failed)
        #expect(result.report[error: .cast] == 2)
        switch policy {
        case .drop:
            #expect(result.rows == [0, 4])
            #expect(result.outcome == SubscriptionFilter.Outcome())
        case .deliver:
            #expect(result.rows == [0, 1, 3, 4])
            #expect(result.outcome.flagged == failed)
        case .deadLetter:
            #expect(result.rows == [0, 4])
            #expect(result.outcome.deadLetters == failed)
        case .fail:
            #expect(result.rows == [0])
            #expect(result.outcome.failure == failed[0])
        }
    }

    @Test("Errors of two languages come in the order of the records")
    func errorsOfTwoLanguages() throws {
        let hard = String(repeating: "a", count: 40) + "b"
        let records = [
            RecordFixture("{\"n\":1,\"s\":\"\(hard)\"}"), RecordFixture("{\"n\":\"x\"}"),
        ]
        let definition = FilterDefinition(
            sql: "CAST(n AS INT) > 0", pattern: "s\":\"(a+)+$", errorPolicy: .deliver,
            format: .json)
        let result = try select(definition, records)
        let failed = [ErrorRow(row: 0, error: .regexLimit), ErrorRow(row: 1, error: .cast)]
        #expect(result.report.errorRows == failed)
        #expect(result.outcome.flagged == failed)
        #expect(result.rows == [0, 1])
    }

    @Test("Batches follow one another: counters add up, rows of the last batch are forgotten")
    func batches() throws {
        var filter = try SubscriptionFilter(
            FilterDefinition(sql: "CAST(n AS INT) > 5", format: .json))
        for (round, records) in [Self.errors, [RecordFixture(#"{"n":9}"#)]].enumerated() {
            let buffer = RecordBuffer(records)
            var selection = Selection(all: records.count)
            _ = filter.select(
                from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
            #expect(filter.report.errorRows.count == (round == 0 ? 2 : 0))
        }
        #expect(
            filter.report.seen == 6 && filter.report.kept == 3 && filter.report[error: .cast] == 2)
    }

    @Test("A mistake is named with its language and place")
    func mistakes() {
        func error(_ definition: FilterDefinition) -> FilterError? {
            do throws(FilterError) { _ = try SubscriptionFilter(definition) } catch { return error }
            return nil
        }
        #expect(error(FilterDefinition(tag: "||")) == .tag(.empty))
        if case .sql(let mistake) = error(FilterDefinition(sql: "a = AND")) {
            #expect(mistake.at == 4)
        } else {
            Issue.record("no sql error")
        }
        if case .pattern(.syntax(let mistake)) = error(FilterDefinition(pattern: "(a")) {
            #expect(mistake.offset == 2)
        } else {
            Issue.record("no pattern error")
        }
        #expect(
            error(FilterDefinition(pattern: "a", patternFlags: "z")) == .pattern(.unknownFlag("z")))
        let unknown = FilterDefinition(clauses: [FilterClause(language: "lua", text: [])])
        #expect(error(unknown) == .unknownLanguage("lua", known: ["tag", "sql", "pattern"]))
        let twice = FilterDefinition(clauses: [TagFilter.clause("a"), TagFilter.clause("b")])
        #expect(error(twice) == .repeatedLanguage("tag"))
        let option = FilterDefinition(clauses: [
            FilterClause(language: "sql", text: Array("a = 1".utf8), options: ["dialect": "oracle"])
        ])
        #expect(
            error(option)
                == .option(
                    language: "sql", name: "dialect", value: "oracle",
                    known: ["sluice", "rocketmq", "jms"]))
        let name = FilterDefinition(clauses: [
            FilterClause(language: "pattern", text: [], options: ["flag": "i"])
        ])
        #expect(
            error(name)
                == .option(
                    language: "pattern", name: "flag", value: "i", known: ["flags", "target"]))
    }

    @Test("NOW() is refused in stored filters and allowed in passing ones")
    func volatile() throws {
        let definition = FilterDefinition(sql: "timestamp > NOW()")
        #expect(throws: FilterError.self) { try SubscriptionFilter(definition) }
        var filter = try SubscriptionFilter(definition, allowsVolatile: true)
        let buffer = RecordBuffer([
            RecordFixture("x", timestamp: 5), RecordFixture("x", timestamp: 50),
        ])
        var selection = Selection(all: 2)
        _ = filter.select(
            from: buffer.block, of: RecordStream(topic: "t"), now: 10, selection: &selection)
        #expect(selection.rows == [1])
    }
}
