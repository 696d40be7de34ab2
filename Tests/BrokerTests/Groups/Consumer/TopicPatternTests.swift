import Platform
import Testing

@testable import Broker

@Suite("Patterns for topics")
struct TopicPatternTests {
    private static let names = ["a", "aa", "ab", "b", "b.a", "A", "x-9", "_"]

    /// What RE2 says, by its syntax page.
    @Test(
        "A pattern matches names as a whole",
        arguments: [
            ("a", ["a"]), ("^a.*", ["a", "aa", "ab"]), ("a*", ["a", "aa"]), ("a+?", ["a", "aa"]),
            ("a|b", ["a", "b"]), ("^a$|^b\\..*$", ["a", "b.a"]), ("(?i)a", ["a", "A"]),
            ("[[:alpha:]]{2}", ["aa", "ab"]), ("c", []), ("", []), ("(a|b)(a|b)", ["aa", "ab"]),
            ("a{2,}", ["aa"]), ("a{1,2}", ["a", "aa"]), ("a{0,1}b", ["ab", "b"]), ("a{", []),
            ("[^a-z_]", ["A"]), ("[]x-]-9", ["x-9"]), ("\\w-\\d", ["x-9"]),
            (".\\W.+", ["b.a", "x-9"]),
            ("(?:(?i)a)b|A", ["ab", "A"]), ("(?i:AB)", ["ab"]), ("(?i)[^a]", ["b", "_"]),
            ("(?P<n>a)(?<m>b)", ["ab"]), ("\\Qb.a\\E", ["b.a"]), ("\\Qaa\\E*", ["a", "aa"]),
            ("\\x61\\x{62}", ["ab"]), ("\\bb\\b.+", ["b.a"]), ("a\\B.*", ["aa", "ab"]),
            ("\\Aa\\z", ["a"]),
            ("\\p{Lu}|\\pN", ["A"]), ("[\\d\\-x]+", ["x-9"]),
            ("(a*)*b?|()", ["a", "aa", "ab", "b"]),
            ("é|a", ["a"]), ("(?s-i).", ["a", "b", "A", "_"]), ("[[:^alnum:]]", ["_"]),
        ] as [(String, [String])])
    func matching(pattern: String, matched: [String]) throws {
        #expect(try TopicPattern(pattern).matching(Self.names) == matched)
    }

    @Test(
        "What is no pattern is refused, and so is what cannot be run in linear time",
        arguments: [
            "(", "a)", "a)|(b", "[", "[]", "[b-a]", "*", "a**", "a{2,1}", "a{1001}", "\\", "(?<n",
            "(?P<>a)", "(?q)", "(?=a)", "(?!a)", "(?<=a)", "(a)\\1", "\\k", "\\pQ", "\\p{Greek}",
            "[[:what:]]", "\\x6", "\\x{}", "(a{1000}){1000}", "(?i",
            String(repeating: "(", count: 101) + String(repeating: ")", count: 101),
            String(repeating: "a", count: 4_097),
        ])
    func invalid(pattern: String) {
        #expect {
            _ = try TopicPattern(pattern)
        } throws: { error in
            if case .invalidPattern = error as? GroupError { true } else { false }
        }
    }

    @Test("A pattern may have so many bytes, levels and instructions, and no more")
    func limits() throws {
        let bytes = BrokerLimits.patternByteCountMax
        let instructions = BrokerLimits.patternInstructionCountMax
        // The last instruction says that the name has ended.
        for (count, isGood) in [(bytes - 1, true), (bytes, false), (bytes + 1, false)] {
            #expect(Self.isAccepted(String(repeating: "a", count: count)) == isGood)
        }
        let thousand = "a{1000}"
        for (count, isGood) in [
            (instructions - 2, true), (instructions - 1, true), (instructions, false),
        ] {
            let pattern =
                String(repeating: thousand, count: count / 1_000)
                + String(repeating: "a", count: count % 1_000)
            #expect(Self.isAccepted(pattern) == isGood, "\(count)")
        }
        for (count, isGood) in [(98, true), (99, true), (100, false)] {
            let pattern =
                String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count)
            #expect(Self.isAccepted(pattern) == isGood, "\(count)")
        }
        #expect(Self.isAccepted("a{1000}") && !Self.isAccepted("a{1001}"))
    }

    private static func isAccepted(_ pattern: String) -> Bool {
        (try? TopicPattern(pattern)) != nil
    }

    @Test("A hostile pattern takes steps by the name times the pattern, and all names a budget")
    func steps() throws {
        let name = String(repeating: "a", count: 249)
        var parser = try PatternParser("(a*)*(a*)*(a*)*c")
        let program = try PatternProgram(parser.parse())
        var run = PatternRun(program)
        let isMatched = run.matches(name)
        #expect(!isMatched)
        #expect(run.stepCount < 250 * 4 * program.instructions.count)
        var other = try PatternParser("((a?){40}){40}")
        var long = PatternRun(try PatternProgram(other.parse()))
        let isLongMatched = long.matches(name)
        #expect(isLongMatched)
        #expect(long.stepCount < 250 * 4 * 3_300)
        let both = [name, name]
        let pattern = try TopicPattern("((a?){40}){40}")
        let count = 2 * long.stepCount
        #expect(try pattern.matching(both, stepCountMax: count) == both)
        #expect(throws: GroupError.self) {
            try pattern.matching(both, stepCountMax: count - 1)
        }
    }

    @Test("No text makes reading a pattern or running it fail", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "a", "b", "(", ")", "[", "]", "|", "*", "+", "?", "{", "}", "1", ",", "\\", "^", "$",
            "(?", ":", "i", "-", "<", ">", "Q", "E", "x", "p", "[:", ":]", ".", "é", "\0",
        ]
        for _ in 0..<300 {
            let pattern = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            _ = try? TopicPattern(pattern).matching(Self.names)
        }
    }
}
