import Testing

@testable import Expressions

@Suite("What is known of all matches of a pattern")
struct PatternFactsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        var flags = ""
        let staysInLine: Bool
        let literal: String
        var testDescription: String { "/\(pattern)/\(flags)" }
    }

    @Test(
        "Only what is understood is said, and it is what every match has",
        arguments: [
            Row(pattern: "error", staysInLine: true, literal: "error"),
            Row(pattern: "\"dest\":\"[A-M]..", staysInLine: true, literal: "\"dest\":\""),
            Row(pattern: "(AA|UA).*dest", staysInLine: true, literal: "dest"),
            Row(pattern: "error|fatal", staysInLine: true, literal: ""),
            Row(pattern: "^ab+cde?$", staysInLine: true, literal: "ab"),
            Row(pattern: "ab{2,}cdef{0,3}gh", staysInLine: true, literal: "cde"),
            Row(pattern: "(?:warn|err)or: \\d{3}\\.\\w+\\b", staysInLine: true, literal: "or: "),
            Row(pattern: "a\\.b\\/c", staysInLine: true, literal: "a.b/c"),
            Row(pattern: "a.b", flags: "s", staysInLine: false, literal: "a"),
            Row(pattern: "error", flags: "i", staysInLine: true, literal: ""),
            Row(pattern: "er ror", flags: "x", staysInLine: false, literal: ""),
            Row(pattern: "\u{E9}t\u{E9}*", flags: "u", staysInLine: false, literal: ""),
            Row(pattern: "a[^b]c", staysInLine: false, literal: ""),
            Row(pattern: "abc\\s", staysInLine: false, literal: ""),
            Row(pattern: "abc\\W", staysInLine: false, literal: ""),
            Row(pattern: "abc\\n", staysInLine: false, literal: ""),
            Row(pattern: "abc\n", staysInLine: false, literal: ""),
            Row(pattern: "[\t-x]", staysInLine: false, literal: ""),
            Row(pattern: "[[:space:]]abc", staysInLine: false, literal: ""),
            Row(pattern: "[]a]bcd", staysInLine: false, literal: ""),
            Row(pattern: "(?=abc)", staysInLine: false, literal: ""),
            Row(pattern: "(?i)abc", staysInLine: false, literal: ""),
            Row(pattern: "(*LIMIT_MATCH=1)abc", staysInLine: false, literal: ""),
            Row(pattern: "abc\\K", staysInLine: false, literal: ""),
            Row(pattern: "\\Qabc\\E", staysInLine: false, literal: ""),
            Row(pattern: "(a)\\1", staysInLine: false, literal: ""),
            Row(pattern: "\\Aabc\\z", staysInLine: false, literal: ""),
            Row(pattern: "ab{,3}c", staysInLine: false, literal: ""),
            Row(pattern: "", staysInLine: true, literal: ""),
        ])
    func facts(_ row: Row) {
        var options = RegexOptions.bytes
        for flag in row.flags { _ = options.insert(flag: flag) }
        options.isUTF = options.isUnicodeAware
        let facts = PatternFacts(Array(row.pattern.utf8), options: options)
        #expect(facts.staysInLine == row.staysInLine)
        #expect(facts.literal == Array(row.literal.utf8))
    }
}
