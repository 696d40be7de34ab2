import Bytes
import Records
import Testing

@Suite("Writing record batches")
struct BatchWriterTests {
    static let compressions: [BatchWriter.Compression] = [
        .none, .zstd(level: 3), .zstdBlocks(level: 3),
    ]

    @Test(
        "What is written is read again, nulls, empties and gaps included", arguments: compressions)
    func roundTrip(_ compression: BatchWriter.Compression) throws {
        var source = RecordBuffer()
        var headers = HeaderList()
        headers.append(name: "TAGS", value: Array("A".utf8))
        headers.append(name: "h", value: nil)
        headers.append(name: "h", value: [])
        for index in 0..<500 {
            let key = Array("key-\(index)".utf8)
            let value = Array(String(repeating: "v", count: index % 50).utf8)
            // Descending and negative times: deltas of both signs.
            source.append(
                timestamp: Int64(1000 - index * 7), key: index % 5 == 0 ? nil : key.rawSpan,
                value: index % 7 == 0 ? nil : value.rawSpan,
                headers: index % 2 == 0 ? headers : HeaderList())
        }
        for index in source.rows.indices { source.rows[index].offset = Int64(index * 3 + 40) }
        let writer = BatchWriter(compression: compression)
        for row in 0..<500 { writer.append(copying: source.block, row: row, keepsOffset: true) }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes, lastOffset: 2_000)

        let header = try BatchHeader(parsing: bytes.rawSpan)
        try header.verifyChecksum(of: bytes.rawSpan)
        #expect(header.baseOffset.rawValue == 40 && header.nextOffset.rawValue == 2_001)
        #expect(header.maxTimestamp == 1_000 && header.byteCount == bytes.count)
        var result = RecordBuffer()
        try BatchReader().read(bytes.rawSpan, into: &result)
        #expect(result.rows.count == 500)
        for row in 0..<500 {
            #expect(
                GoldenBatch.record(row, of: result.block)
                    == GoldenBatch.record(row, of: source.block))
            #expect(result.rows[row].offset == source.rows[row].offset)
        }
    }

    @Test("A stock client's records come out byte for byte as the client coded them")
    func identical() throws {
        let golden = try GoldenBatch.bytes("none")
        let header = try BatchHeader(parsing: golden.rawSpan)
        var buffer = RecordBuffer()
        try BatchReader().read(golden.rawSpan.slice(0, count: header.byteCount), into: &buffer)
        let writer = BatchWriter()
        for row in 0..<buffer.rows.count { writer.append(copying: buffer.block, row: row) }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        #expect(bytes == Array(golden[..<header.byteCount]))
    }

    @Test("A writer is as new after each batch, and an empty batch only carries offsets")
    func reuse() throws {
        let writer = BatchWriter(compression: .zstd(level: 1))
        var bytes: [UInt8] = []
        let value = [UInt8](repeating: 7, count: 100)
        for _ in 0..<2 {
            writer.append(
                timestamp: 5, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
                headerCount: 0)
            #expect(writer.count == 1)
            writer.finish(into: &bytes)
            #expect(writer.isEmpty)
        }
        let half = bytes.count / 2
        #expect(Array(bytes[..<half]) == Array(bytes[half...]))
        var empty: [UInt8] = []
        writer.finish(into: &empty, lastOffset: 9)
        let header = try BatchHeader(parsing: empty.rawSpan)
        #expect(header.recordCount == 0 && header.nextOffset.rawValue == 10)
    }

    @Test("Base offset and epoch are set without touching the checksum")
    func assign() throws {
        var bytes = try GoldenBatch.bytes("none")
        BatchHeader.assign(
            baseOffset: RecordOffset(rawValue: 123_456), leaderEpoch: 7, to: &bytes)
        let header = try BatchHeader(parsing: bytes.rawSpan)
        #expect(header.baseOffset.rawValue == 123_456 && header.leaderEpoch == 7)
        try header.verifyChecksum(of: bytes.rawSpan)
    }
}
