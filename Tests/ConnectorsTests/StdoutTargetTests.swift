import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Standard output as a target")
struct StdoutTargetTests {
    @Test("A reader that has had enough is not a failure but a case of its own")
    func closedByReader() throws {
        let stream = CollectBacking(limit: 10)
        let target = StdoutTarget(File(stream, path: "<test>"), format: LinesFormat())
        try TargetCase.write(["12345"], to: target)
        try target.commit(positions: [:], state: [])
        try TargetCase.write(["67890"], to: target)
        #expect(throws: TargetError.closedByReader) {
            try target.commit(positions: [:], state: [])
        }
        #expect(stream.bytes == Array("12345\n".utf8))
    }

    @Test("Unchanged lines pass in one write a batch, changed ones in few")
    func callCounts() throws {
        let text = String(repeating: "line of text\n", count: 20_000)
        let input = DripBacking(Array(text.utf8))
        let source = try StdinSource(
            File(input, path: "<test>"), hasInput: input.hasInput, format: LinesFormat(),
            clock: ManualClock())
        let output = CollectBacking()
        let target = StdoutTarget(File(output, path: "<test>"), format: LinesFormat())
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var batchCount = 0
        while try source.read(
            StdinSource.split, into: &buffer, rejected: &rejected, byteCountMax: 128 << 10)
            != .end
        {
            batchCount += 1
            try target.write(.main, buffer.block, selection: Selection(all: buffer.rows.count))
        }
        try target.finish()
        #expect(output.bytes == Array(text.utf8))
        #expect(output.callCount <= batchCount)
    }

    @Test("JSON documents with line feeds inside are written on one line each, nulls as null")
    func jsonLines() throws {
        let output = CollectBacking()
        let target = StdoutTarget(File(output, path: "<test>"), format: JSONLinesFormat())
        var buffer = RecordBuffer()
        for text in ["{\n \"a\":\n1}", "{}"] {
            let bytes = Array(text.utf8)
            buffer.append(timestamp: 0, key: nil, value: bytes.rawSpan)
        }
        buffer.append(timestamp: 0, key: nil, value: nil)
        try target.write(.main, buffer.block, selection: Selection(all: 3))
        try target.finish()
        #expect(output.bytes == Array("{  \"a\": 1}\n{}\nnull\n".utf8))
    }

    @Test("CSV output begins with its header line, also without rows")
    func csvHeader() throws {
        for rows in [["1,2"], []] {
            let output = CollectBacking()
            let target = StdoutTarget(
                File(output, path: "<test>"), format: CSVFormat(),
                options: EncodeOptions(csvColumns: ["a", "b, \"c\""]))
            try TargetCase.write(rows, to: target)
            try target.finish()
            let expected = "a,\"b, \"\"c\"\"\"\n" + rows.map { $0 + "\n" }.joined()
            #expect(output.bytes == Array(expected.utf8))
        }
    }

    @Test("Raw output is the payloads, nothing between them")
    func raw() throws {
        let output = CollectBacking()
        let target = StdoutTarget(File(output, path: "<test>"), format: RawFormat())
        try TargetCase.write(["a", "b\n", ""], to: target)
        try target.finish()
        #expect(output.bytes == Array("ab\n".utf8))
    }
}
