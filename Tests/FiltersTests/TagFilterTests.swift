import Bytes
import Expressions
import Filters
import Records
import Testing

@Suite("TAG filters")
struct TagFilterTests {
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
