import Bytes
import Expressions

/// A vector of `tags.jsonl`: a tag expression and a message's tag.
struct TagVector: Sendable {
    private let source: String?
    private let tag: [UInt8]?
    private let expect: String
    /// Sorted; nil where the vector says nothing, empty for all records.
    private let parsed: [String]?
    private let hash: Int64?

    init(_ reader: VectorReader) throws(VectorError) {
        source = try Self.optionalText("expr", reader)
        tag = try Self.optionalText("tag", reader).map { Array($0.utf8) }
        expect = try reader.expectation(["match", "no", "error:empty", "error:limit"])
        hash = try reader.integer("hash")
        parsed = try Self.parsed(reader)
    }

    private static func optionalText(
        _ name: String, _ reader: VectorReader
    ) throws(VectorError) -> String? {
        guard let value = reader.json[name], !value.isNull else { return nil }
        guard let text = value.text else { throw .field("the field '\(name)' is no text") }
        return text
    }

    private static func parsed(_ reader: VectorReader) throws(VectorError) -> [String]? {
        guard let value = reader.json["parsed"], !value.isNull else { return nil }
        if value.text == "*" { return [] }
        guard let elements = value.elements else {
            throw .field("the field 'parsed' is neither '*' nor a list of tags")
        }
        return try elements.map { element throws(VectorError) in
            guard let text = element.text else { throw .field("a tag of 'parsed' is no text") }
            return text
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func run() -> ConformanceVector.Outcome {
        var expected = [expect]
        var found: [String]
        do throws(TagExpressionError) {
            let expression = try TagExpression(source)
            found = [TagFilter(expression).matches(tag?.rawSpan) ? "match" : "no"]
            if let parsed {
                expected.append(Self.describe(parsed))
                found.append(
                    Self.describe(
                        expression.tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }))
            }
        } catch {
            found = ["error:\(error.kind)"]
        }
        if let hash, let tag {
            expected.append("hash \(hash)")
            found.append("hash \(MessageDigests.javaHash(tag.rawSpan))")
        }
        return .init(
            expected: expected.joined(separator: ", "), found: found.joined(separator: ", "))
    }

    private static func describe(_ tags: [String]) -> String {
        tags.isEmpty ? "all records" : "tags \(tags)"
    }
}
