import Bytes
import CSnappy

/// Decompresses snappy, bare as librdkafka writes it, or in the blocks of the xerial framing, as
/// Java's client does (``SnappyFraming``).
enum SnappyDecompressor {
    /// Appends the decompressed bytes; on an error the caller removes what was appended.
    ///
    /// - Complexity: O(output bytes); allocates only when `output` has to grow.
    static func decompress(
        _ compressed: RawSpan, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        var rest = limit
        guard isFramed(compressed) else {
            return try decompressBlock(compressed, &rest, limit, into: &output)
        }
        var position = SnappyFraming.headerByteCount
        while position < compressed.byteCount {
            guard compressed.holds(SnappyFraming.lengthByteCount, at: position) else {
                throw cutOff
            }
            let length = Int(compressed.bigEndian(at: position, as: Int32.self))
            position += SnappyFraming.lengthByteCount
            guard length > 0, compressed.holds(length, at: position) else { throw cutOff }
            try decompressBlock(
                compressed.slice(position, count: length), &rest, limit, into: &output)
            position += length
        }
    }

    private static var cutOff: BatchError {
        .compression(.snappy, reason: "a block is cut off")
    }

    private static func isFramed(_ compressed: RawSpan) -> Bool {
        let magic = SnappyFraming.magic
        return compressed.holds(SnappyFraming.headerByteCount, at: 0)
            && compressed.slice(0, count: magic.count).isEqual(to: magic.rawSpan)
    }

    private static func decompressBlock(
        _ block: RawSpan, _ rest: inout Int, _ limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        var length = 0
        var status = SNAPPY_OK
        // SAFETY: pointer and count belong together.
        unsafe block.withUnsafeBytes { source in
            let bytes = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
            status = unsafe snappy_uncompressed_length(bytes, source.count, &length)
            // Before memory is taken: the whole block is walked, and has to come to this length.
            if status == SNAPPY_OK, length <= rest {
                status = unsafe snappy_validate_compressed_buffer(bytes, source.count)
            }
        }
        guard status == SNAPPY_OK else {
            throw .compression(.snappy, reason: "the data is damaged")
        }
        guard length <= rest else { throw .decompressedTooLarge(limit: limit) }
        rest -= length
        guard length > 0 else { return }
        unsafe output.appendUninitialized(count: length) { space in
            // SAFETY: the space has the length that the block was validated for.
            unsafe block.withUnsafeBytes { source in
                var written = space.count
                status = unsafe snappy_uncompress(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                    space.baseAddress?.assumingMemoryBound(to: CChar.self), &written)
            }
            return status == SNAPPY_OK ? space.count : 0
        }
        guard status == SNAPPY_OK else {
            throw .compression(.snappy, reason: "the data is damaged")
        }
    }
}
