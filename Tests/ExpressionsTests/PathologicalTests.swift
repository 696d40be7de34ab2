import Bytes
import Testing

@testable import Expressions

/// Patterns and texts that somebody chose to make matching expensive: what they cost is counted, in
/// PCRE2's steps and in those of LIKE, never timed.
@Suite("Hostile patterns")
struct PathologicalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let subject: String
        /// Whether PCRE2 must give up; nil where its optimiser may decide.
        let isLimited: Bool?
        var testDescription: String { "/\(pattern.prefix(40))/ on \(subject.utf8.count) bytes" }
    }

    private static func run(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    static let cases = [
        Case(pattern: "^(a+)+$", subject: run("a", 40) + "b", isLimited: true),
        Case(pattern: "^(a|aa)+$", subject: run("a", 60) + "b", isLimited: true),
        Case(pattern: "^(a|a)*c$", subject: run("a", 40) + "bc", isLimited: true),
        Case(pattern: "^(.*a){20}$", subject: run("a", 40) + "b", isLimited: true),
        Case(pattern: "^(([a-z])+.)+[A-Z]([a-z])+$", subject: run("a", 60), isLimited: true),
        Case(pattern: "(x+x+)+y", subject: run("x", 60), isLimited: nil),
        Case(pattern: "^(\\w+\\s?)+$", subject: run("word ", 30) + "!", isLimited: true),
        Case(pattern: "^(?:(?:a?){30}a{30})$", subject: run("a", 29), isLimited: nil),
        Case(pattern: "(.*)*x(.*)*y(.*)*z", subject: run("xy", 200), isLimited: nil),
        Case(pattern: "^(?=(a+))\\1*(?:b|c)+d$", subject: run("a", 2_000), isLimited: nil),
        Case(pattern: "(?:a|b)*(?:(a)|b)*$", subject: run("ab", 4_000), isLimited: nil),
        Case(pattern: "(?R)?a|(?:(a)(?R)b)", subject: run("a", 3_000), isLimited: nil),
        Case(pattern: "((a{0,20}){0,20}){0,20}b", subject: run("a", 60), isLimited: nil),
        Case(pattern: "\\s+$", subject: run(" ", 20_000) + "x", isLimited: nil),
        Case(pattern: ".*.*.*.*=.*", subject: run("a", 3_000), isLimited: nil),
    ]

    @Test("A search is decided or ends at its limit, in byte and in text mode", arguments: cases)
    func regex(_ row: Case) throws {
        for options in [RegexOptions.text, .bytes] {
            let regex = try Regex(Array(row.pattern.utf8).rawSpan, options: options)
            var matcher = RegexMatcher(regex)
            let subject = Array(row.subject.utf8)
            // Twice: a search that gave up must leave the matcher usable.
            let first = matcher.search(subject.rawSpan)
            #expect(matcher.search(subject.rawSpan) == first)
            if let isLimited = row.isLimited {
                #expect((first == .limitExceeded) == isLimited)
            }
        }
    }

    @Test("A pattern may lower its limits and not raise them")
    func verbs() throws {
        let subject = Array((Self.run("a", 40) + "b").utf8)
        for verb in [
            "(*LIMIT_MATCH=4000000000)", "(*LIMIT_HEAP=4000000)", "(*LIMIT_DEPTH=9000000)",
        ] {
            let regex = try Regex(Array("\(verb)^(a+)+$".utf8).rawSpan, options: .bytes)
            var matcher = RegexMatcher(regex)
            let outcome = matcher.search(subject.rawSpan)
            #expect(outcome == .limitExceeded, "\(verb)")
        }
        let lowered = try Regex(
            Array("(*LIMIT_MATCH=1)^(?:a|b)*c?b$".utf8).rawSpan, options: .bytes)
        var matcher = RegexMatcher(lowered)
        let outcome = matcher.search(subject.rawSpan)
        #expect(outcome == .limitExceeded)
    }

    @Test("A record over a pattern's limit is an error of that record, and is counted")
    func counted() throws {
        let records = [Self.run("a", 40) + "b", "aaa", Self.run("a", 41) + "b"].map {
            TestRecord(properties: [("s", .string($0))])
        }
        let program = try Expression.compile("s ~ '^(a+)+$'")
        #expect(outcomes(program, records) == [.error(.regexLimit), .match, .error(.regexLimit)])
    }

    /// Steps of the general LIKE matcher.
    private static func steps(_ text: [UInt8], _ pattern: String) throws -> (Int, Int) {
        let options = LikeOptions(escape: nil, isCaseless: false, isLenient: false)
        let bytes = Array(pattern.utf8)
        let made = LikePattern(bytes.rawSpan, options: options)
        let compiled = try #require(made)
        var run = LikeRun()
        var count = 1
        while run.step(text.rawSpan, compiled.elements, isCaseless: false) == nil { count += 1 }
        return (count, compiled.elements.count)
    }

    @Test(
        "LIKE takes at most about twice text times pattern steps, and linearly many where it can",
        arguments: [
            "%a%a%a%a%a%a%a%a%b", "%_a%_a%_a%_b", "%aaaaaaaaaaaaaaaaab", "_%_%_%_%_%_%b", "%",
            "a%b",
            "%%%%%%%%%%b", "%a_a_a_a_a_ab%",
        ])
    func like(_ pattern: String) throws {
        var counts: [Int] = []
        for length in [500, 1_000, 2_000] {
            let text = [UInt8](repeating: 0x61, count: length)
            let (count, elements) = try Self.steps(text, pattern)
            #expect(count <= 2 * (length + 1) * (elements + 1))
            counts.append(count)
        }
        // Twice the text, twice the steps: nothing is quadratic in the text.
        #expect(counts[2] <= 2 * counts[1] + 400)
        #expect(counts[1] <= 2 * counts[0] + 400)
    }
}
