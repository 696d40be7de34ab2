import Bytes
import CZlib

// SAFETY: the stream is made in init, ended in deinit and never leaves the class.
/// Decompresses gzip members, one behind the other, with one reused stream; not thread-safe.
@safe final class GzipDecompressor {
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window and 16 for the gzip header, RFC 1952.
        let status = unsafe inflateInit2_(
            stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib: no memory for a decompression stream")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends the decompressed bytes; on an error the caller removes what was appended.
    ///
    /// - Complexity: O(output bytes); allocates only when `output` has to grow.
    func decompress(
        _ compressed: RawSpan, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        unsafe inflateReset(stream)
        var growing = GrowingOutput(
            compressedByteCount: compressed.byteCount, stated: nil, limit: limit)
        var consumed = 0
        while true {
            var status = Z_OK
            var written = 0
            let chunk = growing.chunk
            unsafe output.appendUninitialized(count: chunk) { space in
                // SAFETY: both buffers are described with their own counts, used in the call only;
                // zlib does not write to its input.
                unsafe compressed.withUnsafeBytes { source in
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(
                        mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                            .advanced(by: consumed))
                    unsafe stream.pointee.avail_in = UInt32(source.count - consumed)
                    unsafe stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(
                        to: UInt8.self)
                    unsafe stream.pointee.avail_out = UInt32(space.count)
                    status = unsafe inflate(stream, Z_NO_FLUSH)
                    consumed = unsafe source.count - Int(stream.pointee.avail_in)
                    written = unsafe space.count - Int(stream.pointee.avail_out)
                }
                return written
            }
            try growing.note(written)
            switch status {
            case Z_STREAM_END:
                if consumed == compressed.byteCount { return }
                unsafe inflateReset(stream)
            case Z_OK where written < chunk && consumed == compressed.byteCount,
                Z_BUF_ERROR where written == 0:
                throw .compression(.gzip, reason: "the data is cut off")
            case Z_OK, Z_BUF_ERROR: continue
            default: throw .compression(.gzip, reason: "the data is damaged (zlib \(status))")
            }
        }
    }
}
