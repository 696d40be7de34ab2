import CZstd
import Records

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Compresses to zstd frames with checksums, at the level of topics.
@safe final class ZstdStreamEncoder: StreamEncoder {
    private let context: OpaquePointer

    init() {
        guard let context = unsafe ZSTD_createCCtx() else {
            // zstd allocates its context with malloc; nothing can go on without those kilobytes.
            preconditionFailure("zstd: no memory for a compression context")
        }
        unsafe self.context = context
        _ = unsafe ZSTD_CCtx_setParameter(
            context, ZSTD_c_compressionLevel, ZstdCompressor.levelDefault)
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, ends: Bool
    ) -> EncodeStep {
        // SAFETY: both buffers are described with their own counts, used in the call only.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = unsafe ZSTD_compressStream2(
            context, &target, &source, ends ? ZSTD_e_end : ZSTD_e_continue)
        var step = unsafe EncodeStep(consumed: source.pos, produced: target.pos)
        if ZSTD_isError(status) != 0 {
            step.failure = unsafe String(cString: ZSTD_getErrorName(status))
        }
        step.isComplete = ends && status == 0
        return step
    }
}
