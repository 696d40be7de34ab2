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

    @Test("A record may have several tags, any of which may match; a null one is none")
    func repeatedHeaders() throws {
        let filter = TagFilter(try TagExpression("b"))
        let records = [
            RecordFixture("x", headers: [("TAGS", "a"), ("TAGS", "b")]),
            RecordFixture("x", headers: [("TAGS", "b"), ("TAGS", "a")]),
            RecordFixture("x", headers: [("TAGS", "b"), ("TAGS", nil)]),
            RecordFixture("x", headers: [("tags", "b"), ("TAGSX", "b"), ("X", "TAGS")]),
        ]
        #expect(run(filter, records).rows == [0, 1, 2])
        var matcher = try SubscriptionMatcher([
            FilterDefinition(tag: "b"), FilterDefinition(tag: "a || c"), FilterDefinition(tag: "z"),
        ])
        let buffer = RecordBuffer(records)
        matcher.select(from: buffer.block, of: RecordStream(topic: "t"), now: 0)
        #expect(matcher.counts(of: 0).matched == 3)
        #expect(matcher.counts(of: 1).matched == 2)
        #expect(matcher.counts(of: 2).matched == 0)
    }

    @Test("A block is summarised by 256 fields at most", arguments: [255, 256, 257])
    func summaryFieldLimit(count: Int) throws {
        let fields = (0..<count).map { FieldReference.property("p\($0)") }
        var builder = BlockSummaryBuilder(fields)
        #expect(builder.fields.count == min(count, 256))
        let buffer = RecordBuffer([RecordFixture("x", headers: [("p0", "a")])])
        var bytes: [UInt8] = []
        builder.summarize(buffer.block, into: &bytes)
        let decoded = BlockSummary(decoding: bytes.rawSpan)
        let summary = try #require(decoded)
        #expect(summary.covers(Array(fields.prefix(256))))
        #expect(summary.covers(fields) == (count <= 256))
    }

    @Test("A block is passed over by its tags only if no record has several")
    func summaries() throws {
        let wanted = try SubscriptionFilter(FilterDefinition(tag: "b"))
        for (headers, canSkip) in [
            ([("TAGS", "a")], true), ([("TAGS", "b")], false), ([], true),
            ([("TAGS", "b"), ("TAGS", "a")], false), ([("TAGS", "c"), ("TAGS", "a")], false),
        ] as [([(String, String?)], Bool)] {
            let buffer = RecordBuffer([RecordFixture("x", headers: headers)])
            var builder = BlockSummaryBuilder(wanted.summarizedFields)
            var bytes: [UInt8] = []
            builder.summarize(buffer.block, into: &bytes)
            let decoded = BlockSummary(decoding: bytes.rawSpan)
            let summary = try #require(decoded)
            #expect(SubscriptionFilter.canSkip([wanted], summary) == canSkip, "\(headers)")
        }
    }
}
