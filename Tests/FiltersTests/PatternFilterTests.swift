import Bytes
import Expressions
import Filters
import Records
import Testing

@Suite("PATTERN filters")
struct PatternFilterTests {
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
