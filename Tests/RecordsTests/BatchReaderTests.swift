import Bytes
import Records
import Testing

@Suite("Reading record batches")
struct BatchReaderTests {
    @Test(
        "A stock client's batches give the records that were sent",
        arguments: ["none", "gzip", "snappy", "snappy-framed", "lz4", "zstd", "idempotent"])
    func golden(_ name: String) throws {
        let expected = try GoldenBatch.records(name)
        var buffer = RecordBuffer()
        buffer.bytes = try GoldenBatch.bytes(name)
        let reader = BatchReader()
        for position in try GoldenBatch.positions(buffer.bytes) {
            let rest = Array(buffer.bytes[position...])
            try BatchHeader(parsing: rest.rawSpan).verifyChecksum(of: rest.rawSpan)
            try reader.readRecords(at: position, of: &buffer)
        }
        #expect(!expected.isEmpty && buffer.rows.count == expected.count)
        for (index, record) in expected.enumerated() {
            #expect(GoldenBatch.record(index, of: buffer.block) == record)
            #expect(buffer.rows[index].offset == Int64(index))
        }
    }

    @Test("Control batches give no rows and transactional ones are marked")
    func transactions() throws {
        var buffer = RecordBuffer()
        buffer.bytes = try GoldenBatch.bytes("txn")
        let reader = BatchReader()
        var controls: [Int64] = []
        for position in try GoldenBatch.positions(buffer.bytes) {
            let header = try reader.readRecords(at: position, of: &buffer)
            #expect(header.attributes.isTransactional)
            if header.attributes.isControl { controls.append(header.baseOffset.rawValue) }
        }
        #expect(controls == [3, 7, 11])
        #expect(buffer.rows.map(\.offset) == [0, 1, 2, 4, 5, 6, 8, 9, 10])
    }

    @Test(
        "Every truncation is refused",
        arguments: ["none", "gzip", "snappy", "snappy-framed", "lz4", "zstd"])
    func truncated(_ name: String) throws {
        let bytes = try firstBatch(name)
        let reader = BatchReader()
        var buffer = RecordBuffer()
        for count in 0..<bytes.count {
            #expect(throws: BatchError.self) {
                try reader.read(bytes.rawSpan.slice(0, count: count), into: &buffer)
            }
        }
    }

    @Test(
        "Every flipped bit behind the unchecked header is found by the checksum",
        arguments: ["none", "gzip", "snappy", "snappy-framed", "lz4", "zstd"])
    func flippedChecksum(_ name: String) throws {
        var bytes = try firstBatch(name)
        var found = 0
        for index in BatchHeader.At.crc..<bytes.count {
            for bit in 0..<8 {
                bytes[index] ^= 1 << bit
                do {
                    try BatchHeader(parsing: bytes.rawSpan).verifyChecksum(of: bytes.rawSpan)
                } catch {
                    found += 1
                }
                bytes[index] ^= 1 << bit
            }
        }
        #expect(found == (bytes.count - BatchHeader.At.crc) * 8)
    }

    @Test(
        "Every flipped bit is refused or harmless when nobody checks the checksum",
        arguments: ["none", "gzip", "snappy", "snappy-framed", "lz4", "zstd"])
    func flippedUnchecked(_ name: String) throws {
        var bytes = try firstBatch(name)
        let reader = BatchReader()
        var buffer = RecordBuffer()
        var refused = 0
        for index in 0..<bytes.count {
            for bit in 0..<8 {
                bytes[index] ^= 1 << bit
                do {
                    try reader.read(bytes.rawSpan, into: &buffer)
                    walk(buffer.block)
                } catch {
                    refused += 1
                }
                bytes[index] ^= 1 << bit
            }
        }
        #expect(refused > bytes.count)
    }

    @Test("A decompression bomb stops at the limit")
    func bomb() {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        var compressed: [UInt8] = []
        ZstdCompressor().compress(zeros.rawSpan, into: &compressed)
        #expect(compressed.count < 4096)
        var output: [UInt8] = [1]
        #expect(throws: BatchError.decompressedTooLarge(limit: 1 << 20)) {
            try ZstdDecompressor().decompress(compressed.rawSpan, limit: 1 << 20, into: &output)
        }
        #expect(output == [1])
        #expect(throws: Never.self) {
            try ZstdDecompressor().decompress(compressed.rawSpan, limit: 8 << 20, into: &output)
        }
        #expect(output.count == (8 << 20) + 1)
    }

    private func firstBatch(_ name: String) throws -> [UInt8] {
        let bytes = try GoldenBatch.bytes(name)
        return Array(bytes[..<(try BatchHeader(parsing: bytes.rawSpan).byteCount)])
    }

    /// Touches everything that a row names: it must lie within the block.
    private func walk(_ block: borrowing RecordBlock) {
        for row in 0..<block.count {
            _ = block.key(row)
            _ = block.value(row)
            var headers = block.headers(row)
            while let header = headers.next() {
                _ = block.bytes.slice(header.nameStart, count: header.nameCount)
                if header.valueCount >= 0 {
                    _ = block.bytes.slice(header.valueStart, count: header.valueCount)
                }
            }
        }
    }
}
