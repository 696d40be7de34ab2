import Bytes
import Filters
import Records
import Testing

@Suite("Filters that build text")
struct GrowingTextTests {
    /// 500 payloads that differ: more than a program that builds text takes at once.
    private static let records: RecordBuffer = {
        var buffer = RecordBuffer()
        for number in 0..<500 {
            let payload = Array(#"{"n":\#(number),"s":"a\#(number % 7)"}"#.utf8)
            buffer.append(timestamp: 0, key: nil, value: payload.rawSpan)
        }
        return buffer
    }()

    @Test(
        "A batch that is evaluated in pieces keeps the same rows and counts",
        arguments: [
            ("s || 'x' = 'a3x'", "s = 'a3'"),
            ("REPLACE(s, 'a', 'bb') = 'bb5' OR s || s = 'a0a0'", "s = 'a5' OR s = 'a0'"),
            ("CAST(REPLACE(s, 'a', '') AS INT) > 3", "s IN ('a4', 'a5', 'a6')"),
            ("CAST(s || '' AS INT) = 1", "CAST(s AS INT) = 1"),
        ])
    func pieces(_ growing: String, _ plain: String) throws {
        let first = try Self.select(growing)
        let second = try Self.select(plain)
        #expect(first.rows == second.rows)
        #expect(first.report.kept == second.report.kept)
        #expect(first.report.refused == second.report.refused)
        #expect(first.report.errorRows.count == second.report.errorRows.count)
        #expect(first.report.malformed == second.report.malformed)
    }

    private static func select(_ text: String) throws -> (rows: [Int32], report: FilterReport) {
        var filter = try SubscriptionFilter(FilterDefinition(sql: text, format: .json))
        let stream = RecordStream(topic: "t", partition: 0)
        var selection = Selection(all: records.rows.count)
        _ = filter.select(from: records.block, of: stream, now: 0, selection: &selection)
        return (selection.rows, filter.report)
    }
}
