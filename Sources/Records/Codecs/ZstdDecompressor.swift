import Bytes
import CZstd

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Decompresses zstd frames with one reused context; not thread-safe.
@safe package final class ZstdDecompressor {
    private let context: OpaquePointer

    package init() {
        guard let context = unsafe ZSTD_createDCtx() else {
            // zstd allocates its context with malloc; nothing can go on without those kilobytes.
            preconditionFailure("zstd: no memory for a decompression context")
        }
        unsafe self.context = context
        // 8 MiB windows and less, which every level below --ultra makes: bounds the memory that a
        // frame from outside can ask for.
        _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23)
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    /// Appends the decompressed bytes of all frames in `compressed`.
    ///
    /// Kafka's Java client writes frames without a content size, so the size is not known before;
    /// growth is bounded by `limit`. On an error `output` is as before.
    ///
    /// - Complexity: O(output bytes); allocates only when `output` has to grow.
    package func decompress(
        _ compressed: RawSpan, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        let start = output.count
        do throws(BatchError) {
            try decompressChecked(compressed, limit: limit, into: &output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
    }

    private func decompressChecked(
        _ compressed: RawSpan, limit: Int, into output: inout [UInt8]
    ) throws(BatchError) {
        _ = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        var growing = GrowingOutput(
            compressedByteCount: compressed.byteCount, stated: statedCount(of: compressed),
            limit: limit)
        var consumed = 0
        while true {
            var status = 0
            var written = 0
            let chunk = growing.chunk
            unsafe output.appendUninitialized(count: chunk) { space in
                // SAFETY: both buffers are described with their own counts, used in the call only.
                unsafe compressed.withUnsafeBytes { source in
                    var input = unsafe ZSTD_inBuffer(
                        src: source.baseAddress, size: source.count, pos: consumed)
                    var target = unsafe ZSTD_outBuffer(
                        dst: space.baseAddress, size: space.count, pos: 0)
                    status = unsafe ZSTD_decompressStream(context, &target, &input)
                    consumed = unsafe input.pos
                    written = unsafe target.pos
                }
                return written
            }
            if ZSTD_isError(status) != 0 {
                throw .compression(.zstd, reason: unsafe String(cString: ZSTD_getErrorName(status)))
            }
            try growing.note(written)
            if status == 0 && consumed == compressed.byteCount { return }
            if written < chunk && consumed == compressed.byteCount {
                throw .compression(.zstd, reason: "the frame is cut off")
            }
        }
    }

    /// The size that the first frame states, if it does.
    private func statedCount(of compressed: RawSpan) -> Int? {
        // SAFETY: pointer and count belong together.
        let stated = unsafe compressed.withUnsafeBytes {
            unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count)
        }
        // Both "unknown" and "error" are numbers near the top of the range.
        return Int(exactly: stated)
    }
}
