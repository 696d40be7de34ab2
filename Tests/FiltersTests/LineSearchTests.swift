import Bytes
import Expressions
import Records
import Testing

@testable import Filters

@Suite("Patterns over lines that lie one behind the other")
struct LineSearchTests {
    /// Patterns of all kinds: those that may be searched in many lines at once, and others.
    private static let patterns = [
        "a", "ab", "abc", "^a", "a$", "^$", "^a*$", "b*", "a.*b", "(a|b)c", "[abc]b+", "a|^b|c$",
        "\\bab\\b", "^(a+)+b$", "a{2,}b?", "\\S\\d", "a.c", "[^b]a", "\\s", "(?m)^b",
        "ab\\z", "c\\W",
    ]

    /// Lines of a few bytes each, with a gap of `gap` between them; some are null, some empty.
    private static func buffer(_ lines: [[UInt8]?], _ gap: [UInt8]) -> RecordBuffer {
        var buffer = RecordBuffer()
        for (number, line) in lines.enumerated() {
            var row = RecordRow(offset: Int64(number), timestamp: 0)
            row.valueStart = Int32(buffer.bytes.count)
            row.valueCount = Int32(line?.count ?? -1)
            buffer.bytes += (line ?? []) + gap
            buffer.rows.append(row)
        }
        return buffer
    }

    private static func rows(
        _ buffer: RecordBuffer, _ filter: PatternFilter, _ wanted: Selection
    ) -> (kept: [Int32], report: FilterReport) {
        var filter = filter
        var selection = wanted
        var report = FilterReport()
        report.beginBatch()
        filter.select(
            from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection,
            report: &report)
        return (selection.rows, report)
    }

    @Test("All at once the same lines are found as one by one", arguments: 1...20)
    func sameLines(seed: UInt64) throws {
        var state = seed
        func random(_ end: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % end
        }
        let bytes = Array("aaabbcc 1\r".utf8)
        let lines = (0..<60).map { _ -> [UInt8]? in
            if random(15) == 0 { return nil }
            return (0..<random(7)).map { _ in bytes[random(bytes.count)] }
        }
        var wanted = Selection()
        for row in 0..<Int32(lines.count) where random(6) > 0 { wanted.append(row) }
        let text = Self.buffer(lines, Array("\n".utf8))
        let apart = Self.buffer(lines, Array("\n#\n".utf8))
        for pattern in Self.patterns {
            for flags in ["", "i", "m", "s"] {
                let source = Array(pattern.utf8)
                let filter = try PatternFilter(source.rawSpan, flags: flags)
                for selection in [wanted, Selection(all: lines.count)] {
                    let found = Self.rows(text, filter, selection)
                    let expected = Self.rows(apart, filter, selection)
                    #expect(found.kept == expected.kept, "/\(pattern)/\(flags) seed \(seed)")
                    #expect(found.report.refused == expected.report.refused)
                    #expect(found.report.errorRows == expected.report.errorRows)
                }
            }
        }
    }

    @Test("A line over the limits is that line's error, and those behind it are searched")
    func limits() throws {
        let dear = Array((String(repeating: "a", count: 40) + "c").utf8)
        let lines = [Array("aab".utf8), dear, Array("ab".utf8), dear, Array("c".utf8)]
        let source = Array("^(a+)+b".utf8)
        let filter = try PatternFilter(source.rawSpan)
        for gap in ["\n", "\n#\n"] {
            // Without its required byte a line cannot match: the last byte keeps PCRE2 trying.
            let buffer = Self.buffer(lines.map { $0 + Array("b".utf8) }, Array(gap.utf8))
            let found = Self.rows(buffer, filter, Selection(all: lines.count))
            #expect(found.kept == [0, 2])
            #expect(found.report.errorRows.map(\.row) == [1, 3])
        }
    }
}
