import Bytes
import Expressions
import Filters
import Records
import Testing

@Suite("Values found when payloads were checked")
struct FindingsTests {
    private static let payloads = [
        #"{"a":1,"b":{"c":"x"}}"#, #"{"a":"\u0041b","b":null}"#, "{}", #"{"a":[1,2],"a":7}"#,
        #"{"b":{"c":"\ud83d\ude00"},"a":2.5}"#, #"{"a":{"k":1}}"#, "[1]",
    ]

    /// The payloads with the values of `paths` in `read`, which are usually the payloads.
    private static func buffer(_ read: [String], _ paths: [JSONPath]) -> RecordBuffer {
        var buffer = RecordBuffer(payloads.map { RecordFixture($0) })
        let source = RecordBuffer(read.map { RecordFixture($0) })
        let documents = source.rows.map {
            JSONDocument(start: Int($0.valueStart), count: Int($0.valueCount))
        }
        var extractor = JSONExtractor(paths)
        var arena: [UInt8] = []
        extractor.extract(documents.span, in: source.bytes.rawSpan, arena: &arena)
        buffer.findings = extractor.takeColumns(documents, arena: arena)
        return buffer
    }

    private static func rows(_ condition: String, _ buffer: RecordBuffer) throws -> [Int32] {
        let options = CompileOptions(shape: .json)
        var filter: any CompiledFilter = try SQLFilter(condition, options: options)
        var selection = Selection(all: buffer.rows.count)
        var report = FilterReport()
        filter.select(
            from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection,
            report: &report)
        return selection.rows
    }

    private static let paths = [
        JSONPath([.member("a")]), JSONPath([.member("b"), .member("c")]),
    ]

    @Test(
        "A filter gives the same with and without them",
        arguments: [
            "a = 1", "a = 'Ab'", "a IS NULL", "b.c = 'x'", "b.c LIKE '_' AND a > 2", "a CONTAINS 2",
            "CAST(a AS STRING) = '{\"k\":1}'", "a = 7 OR b.c IS NOT NULL", "a.k = 1",
            "b.c || 'y' = 'xy' OR a || 'c' = 'Abc'",
        ])
    func same(_ condition: String) throws {
        let plain = RecordBuffer(Self.payloads.map { RecordFixture($0) })
        let found = Self.buffer(Self.payloads, Self.paths)
        #expect(try Self.rows(condition, found) == Self.rows(condition, plain))
    }

    @Test("They are used, and only for the documents that they are of")
    func used() throws {
        // The same places with another value: only whoever uses the findings sees it.
        var other = Self.payloads
        other[0] = #"{"a":8,"b":{"c":"x"}}"#
        #expect(try Self.rows("a = 8", Self.buffer(other, Self.paths)) == [0])
        #expect(try Self.rows("a = 8", Self.buffer(other, [JSONPath([.member("z")])])) == [])
        // Documents at other places are none of the block's.
        other[0] = #"{"a":8}"#
        #expect(try Self.rows("a = 8", Self.buffer(other, Self.paths)) == [])
    }
}
