import Bytes
import CLz4
import CSnappy
import CZlib
import Testing

@testable import Records

@Suite("Codecs")
struct CodecTests {
    /// Zeros as each library compresses them: far below a hundredth of their size.
    private func compressedZeros(_ codec: CompressionCodec, count: Int) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: count)
        var output = [UInt8](repeating: 0, count: count * 2 + 4_096)
        var length = 0
        switch codec {
        case .gzip:
            var stream = unsafe z_stream()
            unsafe deflateInit2_(
                &stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            unsafe zeros.withUnsafeBufferPointer { source in
                unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                    unsafe stream.avail_in = UInt32(source.count)
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(target.count)
                    _ = unsafe deflate(&stream, Z_FINISH)
                    length = unsafe target.count - Int(stream.avail_out)
                }
            }
            unsafe deflateEnd(&stream)
        case .lz4:
            length = unsafe LZ4F_compressFrame(&output, output.count, zeros, zeros.count, nil)
        case .snappy:
            length = output.count
            _ = unsafe zeros.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { target in
                    unsafe snappy_compress(
                        source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                        target.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
                }
            }
        case .none, .zstd: Issue.record("not of this test")
        }
        return Array(output[..<length])
    }

    private func decompress(
        _ bytes: [UInt8], _ codec: CompressionCodec, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        switch codec {
        case .gzip: try GzipDecompressor().decompress(bytes.rawSpan, limit: limit, into: &output)
        case .lz4: try LZ4Decompressor().decompress(bytes.rawSpan, limit: limit, into: &output)
        case .snappy:
            try SnappyDecompressor.decompress(bytes.rawSpan, limit: limit, into: &output)
        case .none, .zstd: Issue.record("not of this test")
        }
    }

    @Test(
        "Output is taken up to its limit, and a bomb beyond takes no more memory than that",
        arguments: [CompressionCodec.gzip, .snappy, .lz4])
    func limits(codec: CompressionCodec) throws {
        let count = 4 << 20
        let bomb = compressedZeros(codec, count: count)
        for limit in [count, count + 1] {
            var output: [UInt8] = [1]
            try decompress(bomb, codec, limit: limit, into: &output)
            #expect(output.count == count + 1)
        }
        for limit in [count - 1, 1_000] {
            var output: [UInt8] = []
            #expect(throws: BatchError.decompressedTooLarge(limit: limit)) {
                try decompress(bomb, codec, limit: limit, into: &output)
            }
            #expect(output.count <= limit + 1)
        }
    }

    @Test("Several gzip members are one text")
    func gzipMembers() throws {
        let member = compressedZeros(.gzip, count: 1_000)
        var output: [UInt8] = []
        try decompress(member + member, .gzip, limit: 10_000, into: &output)
        #expect(output == [UInt8](repeating: 0, count: 2_000))
    }

    // Java's client frames snappy (snappy-java), librdkafka does not.
    @Test("Framed snappy is read block by block, and its total has the limit")
    func framedSnappy() throws {
        let block = compressedZeros(.snappy, count: 1_000)
        var framed: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
        framed.append(bigEndian: Int32(1))
        framed.append(bigEndian: Int32(1))
        for _ in 0..<3 {
            framed.append(bigEndian: Int32(block.count))
            framed += block
        }
        var output: [UInt8] = []
        try decompress(framed, .snappy, limit: 3_000, into: &output)
        #expect(output.count == 3_000)
        output = []
        #expect(throws: BatchError.decompressedTooLarge(limit: 2_999)) {
            try decompress(framed, .snappy, limit: 2_999, into: &output)
        }
        for count in 17..<framed.count where (count - 16) % (block.count + 4) != 0 {
            output = []
            #expect(throws: BatchError.self) {
                try decompress(Array(framed[..<count]), .snappy, limit: 3_000, into: &output)
            }
        }
    }

    @Test(
        "A flipped bit is refused or gives bytes, never a trap",
        arguments: [CompressionCodec.gzip, .snappy, .lz4])
    func flips(codec: CompressionCodec) throws {
        let bytes = compressedZeros(codec, count: 3_000)
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            var output: [UInt8] = []
            do throws(BatchError) {
                try decompress(flipped, codec, limit: 10_000, into: &output)
            } catch {
                continue
            }
            #expect(output.count <= 10_000)
        }
    }
}
