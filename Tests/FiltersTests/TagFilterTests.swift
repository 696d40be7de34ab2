import Bytes
import Expressions
import Filters
import Records
import Testing

@Suite("TAG filters")
struct TagFilterTests {
    @Test("Every vector of tags.jsonl: parsed tags, delivery, hash (EXPRESSIONS.md §19)")
    func vectors() throws {
        let file = VectorFile("tags.jsonl")
        #expect(file.lines.count >= 63)
        for line in file.lines {
            let vector = Vector(
                line,
                ["id", "expr", "tag", "expect", "parsed", "hash", "rocketmq.broker_hash_pass"])
            let id = vector.text("id") ?? "?"
            let expect = vector.text("expect")
            let tag = vector.bytes("tag")
            do {
                let expression = try TagExpression(vector.text("expr"))
                let parsed = vector.texts("parsed")
                // The vectors list the set in order of names.
                #expect(Set(parsed ?? []) == Set(expression.tags), "\(id)")
                #expect(expression.matchesEverything == (vector.text("parsed") == "*"), "\(id)")
                let record = RecordFixture("x", tag: vector.text("tag"))
                let (rows, report) = run(TagFilter(expression), [record])
                #expect((rows == [0] ? "match" : "no") == expect, "\(id)")
                #expect(report.refused[0] == 1 - rows.count, "\(id)")
                #expect(TagFilter(expression).matches(tag?.rawSpan) == (expect == "match"), "\(id)")
            } catch {
                #expect("error:\(error.kind)" == expect, "\(id)")
            }
            if let tag, vector.cell("hash").kind == .int {
                #expect(
                    Int64(MessageDigests.javaHash(tag.rawSpan)) == vector.cell("hash").bits, "\(id)"
                )
            }
        }
    }

    @Test("1,024 distinct tags and 65,536 bytes are the limits")
    func limits() throws {
        func tags(_ count: Int) -> String { (0..<count).map { "t\($0)" }.joined(separator: "||") }
        #expect(try TagExpression(tags(1_023)).tags.count == 1_023)
        #expect(try TagExpression(tags(1_024)).tags.count == 1_024)
        #expect(throws: TagExpressionError.tooManyTags(1_025)) { try TagExpression(tags(1_025)) }
        #expect(try TagExpression(tags(1_024) + "||t5||t6").tags.count == 1_024)
        let long = String(repeating: "x", count: 65_536)
        #expect(try TagExpression(long).tags == [long])
        #expect(throws: TagExpressionError.tooLong(byteCount: 65_537)) {
            try TagExpression(long + "x")
        }
    }

    @Test("Of repeated TAGS headers the last counts, and a null one is no tag")
    func repeatedHeaders() throws {
        let filter = TagFilter(try TagExpression("b"))
        let records = [
            RecordFixture("x", headers: [("TAGS", "a"), ("TAGS", "b")]),
            RecordFixture("x", headers: [("TAGS", "b"), ("TAGS", "a")]),
            RecordFixture("x", headers: [("TAGS", "b"), ("TAGS", nil)]),
            RecordFixture("x", headers: [("tags", "b"), ("TAGSX", "b"), ("X", "TAGS")]),
        ]
        #expect(run(filter, records).rows == [0])
    }
}
