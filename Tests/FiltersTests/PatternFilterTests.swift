import Bytes
import Expressions
import Filters
import Records
import Testing

@Suite("PATTERN filters")
struct PatternFilterTests {
    @Test(
        "Every vector of patterns.jsonl: delivery, spans, PCRE2's code and offset (EXPRESSIONS.md §20)"
    )
    func vectors() throws {
        let file = VectorFile("patterns.jsonl")
        #expect(file.lines.count >= 101)
        for line in file.lines {
            let vector = Vector(
                line,
                [
                    "id", "pattern", "pattern_b64", "flags", "subject", "subject_b64", "expect",
                    "spans", "error.code", "error.offset", "version_dependent",
                ])
            let id = vector.text("id") ?? "?"
            let expect = vector.text("expect") ?? ""
            let pattern = vector.content("pattern")
            let flags = vector.text("flags") ?? ""
            guard let filter = compile(vector, pattern, flags, expect) else { continue }
            let subject = vector.content("subject")
            let (rows, report) = run(filter, [RecordFixture(bytes: subject)])
            let outcome =
                report[error: .regexLimit] == 1 ? "error:regex-limit" : rows == [0] ? "match" : "no"
            #expect(outcome == expect, "\(id)")
            #expect(rows.count + report.refused[2] + report.errorRows.count == 1, "\(id)")
            let isExact = vector.cell("version_dependent").kind == .null
            if outcome == "match", isExact { try checkSpans(vector, pattern, flags, subject) }
        }
    }

    /// The filter, or nil after a check that the vector wants its mistake.
    private func compile(
        _ vector: Vector, _ pattern: [UInt8], _ flags: String, _ expect: String
    ) -> PatternFilter? {
        let id = vector.text("id") ?? "?"
        do throws(PatternError) {
            return try PatternFilter(pattern.rawSpan, flags: flags)
        } catch {
            #expect(expect == "error:pattern", "\(id): \(error)")
            guard case .syntax(let mistake) = error, vector.cell("error.code").kind == .int,
                vector.cell("version_dependent").kind == .null
            else { return nil }
            #expect(Int64(mistake.code) == vector.cell("error.code").bits, "\(id)")
            #expect(Int64(mistake.offset) == vector.cell("error.offset").bits, "\(id)")
            return nil
        }
    }

    private func checkSpans(
        _ vector: Vector, _ pattern: [UInt8], _ flags: String, _ subject: [UInt8]
    ) throws {
        guard let spans = vector.bytes("spans") else { return }
        let regex = try Regex(pattern.rawSpan, options: PatternFilter.options(flags))
        var matcher = RegexMatcher(regex)
        guard matcher.search(subject.rawSpan) == .match else { return }
        var groups = (0...regex.groupCount).map { matcher.span(ofGroup: $0) }
        while groups.last == .some(nil) { groups.removeLast() }
        let found = groups.map { $0.map { "[\($0.lowerBound),\($0.upperBound)]" } ?? "null" }
        let expected = String(decoding: spans, as: UTF8.self).filter { $0 != " " }
        #expect("[\(found.joined(separator: ","))]" == expected, "\(vector.text("id") ?? "?")")
    }

    @Test("Key and headers are searched like payloads; what is absent does not match")
    func targets() throws {
        let records = [
            RecordFixture("payload x1", key: "key x2", headers: [("h", "x9"), ("h", "header x3")]),
            RecordFixture(nil),
            RecordFixture("x2", headers: [("KEYS", "key x2")]),
            RecordFixture("", key: "", headers: [("h", nil)]),
        ]
        func rows(_ pattern: String, _ target: PatternTarget) throws -> [Int32] {
            let filter = try PatternFilter(Array(pattern.utf8).rawSpan, target: target)
            return run(filter, records).rows
        }
        #expect(try rows("x1", .payload) == [0])
        #expect(try rows("^key x2$", .key) == [0, 2])
        #expect(try rows("x3", .header("h")) == [0])
        #expect(try rows("x9", .header("h")) == [])
        #expect(try rows("^$", .payload) == [3])
        #expect(try rows("^$", .key) == [3])
        #expect(try rows("", .header("h")) == [0])
    }

    @Test("An unknown flag is named", arguments: ["g", "iq", "I", "i m"])
    func unknownFlag(_ flags: String) {
        #expect(throws: PatternError.self) {
            try PatternFilter(Array("a".utf8).rawSpan, flags: flags)
        }
    }

    @Test("Targets have a text and come back from it")
    func targetText() {
        for target in [PatternTarget.payload, .key, .header("a:b")] {
            #expect(PatternTarget(text: target.text) == target)
        }
        #expect(PatternTarget(text: "header:") == nil)
        #expect(PatternTarget(text: "value") == nil)
    }
}
