import Bytes
import Expressions

/// A vector of `patterns.jsonl`: a pattern, its flags and a subject.
struct PatternVector: Sendable {
    private let pattern: [UInt8]
    private let flags: String
    private let subject: [UInt8]
    private let expect: String
    /// Byte ranges of group 0, 1, …; nil where the vector binds none.
    private let spans: [Range<Int64>?]?
    /// PCRE2's code and offset, where the vector binds them.
    private let code: Int64?
    private let offset: Int64?

    init(_ reader: VectorReader) throws(VectorError) {
        guard let pattern = try reader.content("pattern") else {
            throw .field("the field 'pattern' is missing")
        }
        self.pattern = pattern
        flags = reader.json["flags"]?.text ?? ""
        subject = try reader.content("subject") ?? []
        expect = try reader.expectation(["match", "no", "error:pattern", "error:regex-limit"])
        // Only the class of the result is the same in every version of PCRE2.
        let isLoose = try reader.flag("version_dependent")
        spans = isLoose ? nil : try Self.spans(reader)
        let error = isLoose ? nil : reader.json["error"]
        code = error?["code"]?.integer
        offset = error?["offset"]?.integer
    }

    private static func spans(_ reader: VectorReader) throws(VectorError) -> [Range<Int64>?]? {
        guard let value = reader.json["spans"], !value.isNull else { return nil }
        guard let elements = value.elements else { throw .field("the field 'spans' is no list") }
        return try elements.map { element throws(VectorError) -> Range<Int64>? in
            if element.isNull { return nil }
            guard let pair = element.elements, pair.count == 2, let start = pair[0].integer,
                let end = pair[1].integer, start <= end
            else { throw .field("a span is no pair of positions") }
            return start..<end
        }
    }

    func run() -> ConformanceVector.Outcome {
        let filter: PatternFilter
        do throws(PatternError) {
            filter = try PatternFilter(pattern.rawSpan, flags: flags)
        } catch {
            return outcome(of: error)
        }
        var matcher = filter.makeMatcher()
        switch matcher.search(subject.rawSpan) {
        case .noMatch: return .init(expected: expect, found: "no")
        case .limitExceeded: return .init(expected: expect, found: "error:regex-limit")
        case .match: break
        }
        guard let spans else { return .init(expected: expect, found: "match") }
        var found = (0...filter.groupCount).map { group in
            matcher.span(ofGroup: group).map { Int64($0.lowerBound)..<Int64($0.upperBound) }
        }
        while found.last == .some(nil) { found.removeLast() }
        return .init(
            expected: "\(expect) \(Self.describe(spans))", found: "match \(Self.describe(found))")
    }

    private func outcome(of error: PatternError) -> ConformanceVector.Outcome {
        guard case .syntax(let mistake) = error, let code, let offset else {
            return .init(expected: expect, found: "error:pattern")
        }
        return .init(
            expected: "\(expect) code \(code) at \(offset)",
            found: "error:pattern code \(mistake.code) at \(mistake.offset)")
    }

    private static func describe(_ spans: [Range<Int64>?]) -> String {
        let parts = spans.map { $0.map { "[\($0.lowerBound),\($0.upperBound)]" } ?? "null" }
        return "[\(parts.joined(separator: ","))]"
    }
}
