import Bytes
import Records
import Testing

@Suite("Writing record batches")
struct BatchWriterTests {
    static let compressions: [BatchWriter.Compression] = [
        .none, .gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3), .zstdBlocks(level: 3),
        // Beyond the codecs' levels.
        .gzip(level: -5), .gzip(level: 99), .lz4(level: -5), .lz4(level: 99), .zstd(level: 99),
    ]

    /// Bytes that do not shrink.
    private static let random: [UInt8] = {
        var state: UInt64 = 42
        var bytes: [UInt8] = []
        bytes.reserveCapacity(200_000)
        for _ in 0..<25_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            bytes.append(bigEndian: state ^ state >> 29)
        }
        return bytes
    }()

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

    // Blocks of snappy are of 32 KiB, those of lz4 of 64 KiB: at their boundaries, beside what does not
    // shrink.
    @Test("Records of any size are read again", arguments: compressions)
    func sizes(_ compression: BatchWriter.Compression) throws {
        let writer = BatchWriter(compression: compression)
        let reader = BatchReader()
        for count in [1, 60, 32_700, 32_768, 65_536, 65_600, 200_000] {
            for isRandom in [false, true] {
                let value =
                    isRandom
                    ? Array(Self.random.prefix(count)) : [UInt8](repeating: 7, count: count)
                writer.append(
                    timestamp: 5, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
                    headerCount: 0)
                var bytes: [UInt8] = []
                writer.finish(into: &bytes)
                var result = RecordBuffer()
                let header = try reader.read(bytes.rawSpan, into: &result)
                let isSame = result.block.value(0)?.isEqual(to: value.rawSpan)
                #expect(isSame == true)
                let codec = count < 60 ? CompressionCodec.none : compression.codec
                #expect(header.attributes.codec == .some(codec))
                if !isRandom, count > 60, compression != .none {
                    #expect(bytes.count < count / 10)
                }
            }
        }
    }

    @Test(
        "A writer is as new after each batch, and an empty batch only carries offsets",
        arguments: compressions)
    func reuse(_ compression: BatchWriter.Compression) throws {
        let writer = BatchWriter(compression: compression)
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
