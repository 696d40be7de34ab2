import Bytes
import Expressions
import Records
import Testing

@testable import Filters

private let stream = RecordStream(topic: "t", partition: 3)

/// What one subscription's filter, or a matcher in its place, selects.
private struct Selected: Equatable, CustomStringConvertible {
    var rows: [Int32] = []
    var outcome = SubscriptionFilter.Outcome()

    var description: String {
        "rows \(rows), flagged \(outcome.flagged), dead letters \(outcome.deadLetters), "
            + "failure \(outcome.failure.map { "\($0)" } ?? "none")"
    }
}

private func selected(_ matcher: SubscriptionMatcher) -> [Selected] {
    var result = [Selected](repeating: Selected(), count: matcher.count)
    for match in matcher.matches {
        for subscription in match.subscriptions {
            result[Int(subscription)] = Selected(rows: match.rows.rows, outcome: match.outcome)
        }
    }
    return result
}

private func flights(_ count: Int) -> RecordBuffer {
    RecordBuffer(
        (0..<count).map { index in
            RecordFixture(
                "{\"dest\":\"D\(index % 100)\",\"carrier\":\"C\(index % 7)\",\"delay\":\(index % 90)}",
                tag: "T\(index % 5)")
        })
}

@Suite("Many subscriptions")
struct SubscriptionMatcherTests {
    @Test(
        "Each subscription receives what its own filter selects, in pieces of any size",
        arguments: 0..<16)
    func differential(seed: Int) throws {
        var random = RandomFilter(seed: UInt64(seed))
        let format = random.pick([
            PayloadFormat.json, .raw, .json, .csv(columns: ["a", "b", "c"]),
        ])
        let definitions = (0..<50).map { _ in random.definition(format) }
        var filters = try definitions.map { try SubscriptionFilter($0) }
        var limits = MatcherLimits()
        limits.pieceRowCountMax = [1, 2, 7, 64, 4_096][seed % 5]
        if seed % 3 == 0 { limits.workingByteCountMax = 4_000 }
        var matcher = try SubscriptionMatcher(definitions, limits: limits)
        // The gates are chosen anew behind the first 512 records.
        for round in 0..<8 {
            let buffer = RecordBuffer(
                (0..<[1, 40, 240, 0][round % 4]).map { _ in random.record() })
            matcher.select(from: buffer.block, of: stream, now: 0)
            let results = selected(matcher)
            for index in filters.indices {
                var selection = Selection(all: buffer.rows.count)
                let outcome = filters[index].select(
                    from: buffer.block, of: stream, now: 0, selection: &selection)
                let expected = Selected(rows: selection.rows, outcome: outcome)
                #expect(
                    results[index] == expected,
                    "seed \(seed), round \(round): \(definitions[index])")
            }
        }
        for index in filters.indices {
            let counts = matcher.counts(of: index)
            let report = filters[index].report
            #expect(counts.seen == report.seen && counts.matched == report.kept)
            #expect(
                counts.excluded + counts.matched + counts.refused + counts.errors == counts.seen)
            if definitions[index].errorPolicy != .drop {
                #expect(counts.errors == report.errors.reduce(0, +), "\(definitions[index])")
            }
        }
    }

    @Test("Records that a gate keeps out are counted, and the condition does not see them")
    func gates() throws {
        var matcher = try SubscriptionMatcher(
            [
                FilterDefinition(sql: "dest = 'D7' AND delay > 10", format: .json),
                FilterDefinition(tag: "T1", sql: "delay >= 0", format: .json),
                FilterDefinition(sql: "delay > 80", format: .json),
                FilterDefinition(sql: "dest IN ('D1', 'D2') OR delay = 3", format: .json),
                FilterDefinition(sql: "dest = 'D1' OR dest = 'D2'", format: .json),
            ])
        let buffer = flights(1_000)
        matcher.select(from: buffer.block, of: stream, now: 0)
        #expect(matcher.counts(of: 0).excluded == 990)
        #expect(matcher.counts(of: 1).excluded == 800 && matcher.counts(of: 1).matched == 200)
        #expect(matcher.counts(of: 2).excluded == 0)
        #expect(matcher.counts(of: 3).excluded == 0)
        #expect(matcher.counts(of: 4).excluded == 980 && matcher.counts(of: 4).matched == 20)
    }

    @Test("The gate that lets the fewest records through is found by counting")
    func measuredGate() throws {
        // At first both fields look the same; then `carrier` turns out to have one value.
        var matcher = try SubscriptionMatcher(
            (0..<2).map { FilterDefinition(sql: "c = 'v0' AND d = 'v\($0)'", format: .json) })
        let buffer = RecordBuffer(
            (0..<600).map { RecordFixture("{\"c\":\"v0\",\"d\":\"v\($0 % 200)\"}") })
        matcher.select(from: buffer.block, of: stream, now: 0)
        let first = matcher.counts(of: 1)
        matcher.select(from: buffer.block, of: stream, now: 0)
        let second = matcher.counts(of: 1)
        #expect(second.excluded - first.excluded == 597)
        #expect(first.matched == 3 && second.matched == 6)
    }

    @Test("Equal filters are one condition, and equal terms one step")
    func sharing() throws {
        let definitions = (0..<1_000).map {
            FilterDefinition(
                sql: "dest = 'D\($0 % 10)'  AND delay > \($0 % 5 * 10)", format: .json)
        }
        let matcher = try SubscriptionMatcher(definitions)
        #expect(matcher.count == 1_000 && matcher.conditionCount == 10)
        var limits = MatcherLimits()
        // Two fields; 10 and 5 constants and terms; 10 conjunctions.
        limits.stepCountMax = 42
        #expect(throws: Never.self) { try SubscriptionMatcher(definitions, limits: limits) }
        limits.stepCountMax = 41
        #expect(throws: MatcherError.tooManySteps(place: 9, limit: 41)) {
            try SubscriptionMatcher(definitions, limits: limits)
        }
        limits.stepCountMax = 43
        #expect(throws: Never.self) { try SubscriptionMatcher(definitions, limits: limits) }
    }

    @Test("The number of subscriptions is limited, and the error says what to do")
    func countLimit() {
        var limits = MatcherLimits()
        limits.subscriptionCountMax = 3
        func error(_ count: Int) -> MatcherError? {
            let definitions = [FilterDefinition](repeating: FilterDefinition(), count: count)
            do throws(MatcherError) {
                _ = try SubscriptionMatcher(definitions, limits: limits)
            } catch {
                return error
            }
            return nil
        }
        #expect(error(2) == nil && error(3) == nil)
        #expect(error(4) == .tooManySubscriptions(count: 4, limit: 3))
        #expect("\(error(4).map { "\($0)" } ?? "")".contains("several groups"))
    }

    @Test("A mistake is named with the subscription's place")
    func mistakes() {
        let definitions = [FilterDefinition(), FilterDefinition(sql: "a = AND")]
        do throws(MatcherError) {
            _ = try SubscriptionMatcher(definitions)
            Issue.record("no error")
        } catch {
            guard case .filter(place: 1, .sql(let mistake)) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(mistake.at == 4)
        }
    }

    @Test("Conditions that build text are bounded in memory and select the same")
    func textBuilders() throws {
        let definitions = (0..<40).map {
            FilterDefinition(
                sql: "REPLACE(dest, 'D', 'E\($0)') || 'x' = 'E\($0)\($0)x'", format: .json)
        }
        var matcher = try SubscriptionMatcher(definitions)
        var filters = try definitions.map { try SubscriptionFilter($0) }
        let buffer = flights(200)
        matcher.select(from: buffer.block, of: stream, now: 0)
        let results = selected(matcher)
        for index in filters.indices {
            var selection = Selection(all: 200)
            _ = filters[index].select(
                from: buffer.block, of: stream, now: 0, selection: &selection)
            #expect(results[index].rows == selection.rows && selection.count == 2)
        }
    }

    @Test("Ten thousand subscriptions compile and run")
    func tenThousand() throws {
        let definitions = (0..<10_000).map { index in
            FilterDefinition(
                tag: index % 4 == 0 ? "T\(index % 5)" : nil,
                sql: "dest = 'D\(index % 100)' AND delay > \(index / 100)", format: .json)
        }
        var matcher = try SubscriptionMatcher(definitions)
        let buffer = flights(2_000)
        matcher.select(from: buffer.block, of: stream, now: 0)
        var filter = try SubscriptionFilter(definitions[4_321])
        var selection = Selection(all: 2_000)
        _ = filter.select(from: buffer.block, of: stream, now: 0, selection: &selection)
        #expect(selected(matcher)[4_321].rows == selection.rows && !selection.isEmpty)
    }
}
