import Bytes
import Testing

@testable import Records

@Suite("Compressed records from outside")
struct HostileCodecTests {
    /// A batch whose records section is `section`, its checksum not right.
    private static func batch(
        _ section: [UInt8], _ codec: CompressionCodec, like header: [UInt8]? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        BatchWriter().finish(into: &bytes)
        if let header { bytes = Array(header[..<BatchHeader.At.end]) }
        bytes += section
        bytes.replace(at: BatchHeader.At.attributes, bigEndian: codec.rawValue)
        bytes.replace(
            at: BatchHeader.At.length, bigEndian: Int32(bytes.count - BatchHeader.lengthPrefix))
        return bytes
    }

    @Test(
        "Records that are cut off anywhere are refused, and the buffer is as before",
        arguments: [
            BatchWriter.Compression.gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3),
        ])
    func truncated(_ compression: BatchWriter.Compression) throws {
        let writer = BatchWriter(compression: compression)
        // Two blocks of snappy and of lz4.
        for index in 0..<80 {
            let value = [UInt8](repeating: UInt8(index), count: 1_000)
            writer.append(
                timestamp: 5, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
                headerCount: 0)
        }
        var whole: [UInt8] = []
        writer.finish(into: &whole)
        let reader = BatchReader()
        var buffer = RecordBuffer()
        let section = whole[BatchHeader.At.end...]
        for count in 0...section.count {
            let bytes = Self.batch(Array(section.prefix(count)), compression.codec, like: whole)
            buffer.removeAll()
            buffer.bytes = bytes
            do {
                try reader.readRecords(at: 0, of: &buffer)
                #expect(count == section.count && buffer.rows.count == 80)
            } catch {
                #expect(count < section.count)
                #expect(buffer.bytes.count == bytes.count && buffer.rows.isEmpty)
            }
        }
    }

    /// Few bytes that promise much, or seem to.
    private static let promises: [(name: String, codec: CompressionCodec, bytes: [UInt8])] = [
        // A varint of 4 GiB - 1, and of 200 MiB; then a literal of one byte.
        ("snappy beyond the limit", .snappy, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x41]),
        ("snappy below the limit", .snappy, [0x80, 0x80, 0x80, 0x64, 0x00, 0x41]),
        ("no snappy", .snappy, []),
        ("framed snappy", .snappy, framed([0x80, 0x80, 0x80, 0x64, 0x00, 0x41], length: 6)),
        ("framed snappy, negative length", .snappy, framed([0x01, 0x00, 0x41], length: -1)),
        ("framed snappy, long block", .snappy, framed([0x01, 0x00, 0x41], length: .max)),
        // Magic, content size stated and blocks of 4 MiB, 200 MiB, the header's checksum wrong.
        (
            "lz4", .lz4,
            [0x04, 0x22, 0x4D, 0x18, 0x68, 0x70, 0, 0, 0x80, 0x0C, 0, 0, 0, 0, 0x00]
        ),
        // Single segment, 8 bytes of content size: 200 MiB; then a last block without content.
        (
            "zstd", .zstd,
            [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0x80, 0x0C, 0, 0, 0, 0, 0x01, 0, 0]
        ),
        (
            "empty gzip members", .gzip,
            repeated { GzipCompressor(level: 6).compress($0, into: &$1) }
        ),
        ("empty lz4 frames", .lz4, repeated { LZ4Compressor(level: 1).compress($0, into: &$1) }),
        ("empty zstd frames", .zstd, repeated { ZstdCompressor().compress($0, into: &$1) }),
    ]

    private static func framed(_ block: [UInt8], length: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        SnappyCompressor.compress([UInt8]().rawSpan, into: &bytes)
        bytes.append(bigEndian: length)
        return bytes + block
    }

    private static func repeated(_ compress: (RawSpan, inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<200 { compress([UInt8]().rawSpan, &bytes) }
        return bytes
    }

    // Output of unknown size used to be offered twice the space after each frame without content:
    // 280 bytes of gzip had the buffer grow by 256 MiB.
    @Test("A few bytes have little memory taken, whatever they promise")
    func promises() {
        let reader = BatchReader()
        for promise in Self.promises {
            var buffer = RecordBuffer()
            var batch = Self.batch(promise.bytes, promise.codec)
            batch.replace(at: BatchHeader.At.recordCount, bigEndian: Int32(1))
            #expect(throws: BatchError.self, "\(promise.name)") {
                try reader.read(batch.rawSpan, into: &buffer)
            }
            #expect(buffer.bytes.count == batch.count, "\(promise.name)")
            #expect(buffer.bytes.capacity < 1 << 20, "\(promise.name)")
        }
    }
}
