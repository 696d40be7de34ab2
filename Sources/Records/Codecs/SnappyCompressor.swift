import Bytes
import CSnappy

/// Compresses with snappy in the framing of Java's client, which all clients read.
enum SnappyCompressor {
    /// Appends the framed blocks.
    ///
    /// - Complexity: O(bytes); allocates when `output` has to grow, and snappy its table.
    static func compress(_ bytes: RawSpan, into output: inout [UInt8]) {
        output += SnappyFraming.magic
        output.append(bigEndian: SnappyFraming.version)
        output.append(bigEndian: SnappyFraming.version)
        var position = 0
        while position < bytes.byteCount {
            let count = min(SnappyFraming.blockByteCount, bytes.byteCount - position)
            let start = output.count
            output.append(bigEndian: Int32(0))
            compressBlock(bytes.slice(position, count: count), into: &output)
            let length = output.count - start - SnappyFraming.lengthByteCount
            output.replace(at: start, bigEndian: Int32(length))
            position += count
        }
    }

    private static func compressBlock(_ block: RawSpan, into output: inout [UInt8]) {
        let bound = snappy_max_compressed_length(block.byteCount)
        unsafe output.appendUninitialized(count: bound) { space in
            // SAFETY: the source is given with its own count, the space has the bound that snappy
            // asks for; both are used in the call only.
            unsafe block.withUnsafeBytes { source in
                var written = space.count
                let status = unsafe snappy_compress(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                    space.baseAddress?.assumingMemoryBound(to: CChar.self), &written)
                precondition(status == SNAPPY_OK, "snappy could not compress")
                return written
            }
        }
    }
}
