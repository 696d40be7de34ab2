import Bytes
import CLz4

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Decompresses LZ4 frames with one reused context; not thread-safe.
@safe final class LZ4Decompressor {
    private let context: OpaquePointer

    init() {
        var context: OpaquePointer?
        let status = unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context = unsafe context else {
            preconditionFailure("lz4: no memory for a decompression context")
        }
        unsafe self.context = context
    }

    deinit { unsafe LZ4F_freeDecompressionContext(context) }

    /// Appends the decompressed bytes of all frames; on an error the caller removes what was
    /// appended.
    ///
    /// - Complexity: O(output bytes); allocates only when `output` has to grow.
    func decompress(
        _ compressed: RawSpan, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        unsafe LZ4F_resetDecompressionContext(context)
        var growing = GrowingOutput(
            compressedByteCount: compressed.byteCount, stated: nil, limit: limit)
        var consumed = 0
        while true {
            var status = 0
            var written = 0
            let chunk = growing.chunk
            unsafe output.appendUninitialized(count: chunk) { space in
                // SAFETY: both buffers are described with their own counts, used in the call only.
                unsafe compressed.withUnsafeBytes { source in
                    var inputCount = source.count - consumed
                    var outputCount = space.count
                    status = unsafe LZ4F_decompress(
                        context, space.baseAddress, &outputCount,
                        source.baseAddress?.advanced(by: consumed), &inputCount, nil)
                    guard LZ4F_isError(status) == 0 else { return }
                    consumed += inputCount
                    written = outputCount
                }
                return written
            }
            if LZ4F_isError(status) != 0 {
                throw .compression(
                    .lz4, reason: unsafe String(cString: LZ4F_getErrorName(status)))
            }
            try growing.note(written)
            if status == 0 && consumed == compressed.byteCount { return }
            if written < chunk && consumed == compressed.byteCount {
                throw .compression(.lz4, reason: "the frame is cut off")
            }
        }
    }
}
