import Bytes
import Testing

@testable import Expressions

@Suite("Regular expressions")
struct RegexTests {
    private func search(
        _ pattern: String, _ options: RegexOptions, _ subject: [UInt8]
    ) throws -> (RegexMatcher.Outcome, [Range<Int>?]) {
        let bytes = Array(pattern.utf8)
        let regex = try Regex(bytes.rawSpan, options: options)
        var matcher = RegexMatcher(regex)
        let outcome = matcher.search(subject.rawSpan)
        return (outcome, (0...regex.groupCount).map { matcher.span(ofGroup: $0) })
    }

    @Test("Groups have byte spans; one that took no part has none")
    func spans() throws {
        let (outcome, spans) = try search("(é)|(b)(c)?", .text, Array("xéb".utf8))
        #expect(outcome == .match)
        #expect(spans == [1..<3, 1..<3, nil, nil])
        let second = try search("(a)?(b)", .text, Array("xb".utf8))
        #expect(second.1 == [1..<2, nil, 1..<2])
    }

    @Test("An empty subject is a subject")
    func empty() throws {
        #expect(try search("^$", .text, []).0 == .match)
        #expect(try search("", .bytes, []).1 == [0..<0])
    }

    @Test("In UTF mode an invalid byte matches nothing; in byte mode a dot is one byte")
    func modes() throws {
        #expect(try search("^.x", .text, [0xFF, 0x78]).0 == .noMatch)
        #expect(try search("^.x", .bytes, [0xFF, 0x78]).0 == .match)
        #expect(throws: RegexSyntaxError.self) { try search("(*UTF)a", .bytes, []) }
        #expect(throws: RegexSyntaxError.self) { try search("\\C", .text, []) }
        #expect(throws: RegexSyntaxError.self) { try search("\\C", .bytes, []) }
    }

    @Test("A refused pattern has PCRE2's code, offset and message")
    func syntaxError() {
        let error = #expect(throws: RegexSyntaxError.self) { try search("a(b", .text, []) }
        #expect(
            error == RegexSyntaxError(code: 114, offset: 3, message: "missing closing parenthesis"))
    }

    @Test("Catastrophic backtracking ends at the limit")
    func limit() throws {
        let subject = Array(String(repeating: "a", count: 40).utf8) + [0x62]
        #expect(try search("^(a+)+$", .text, subject).0 == .limitExceeded)
    }

    @Test("What needs more stack than machine code has is still decided")
    func deepMatch() throws {
        let subject = [UInt8](repeating: 0x61, count: 3_000)
        let outcome = try search("^(?:a|b)(?:(a)|b)*$", .text, subject).0
        #expect(outcome == .match || outcome == .limitExceeded)
    }
}
