import CZstd

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Decompresses zstd frames (RFC 8878) with the program's own limit on windows.
@safe final class ZstdStreamDecoder: StreamDecoder {
    private let context: OpaquePointer
    private(set) var isBetweenFrames = true

    init() {
        guard let context = unsafe ZSTD_createDCtx() else {
            // zstd allocates its context with malloc; nothing can go on without those kilobytes.
            preconditionFailure("zstd: no memory for a decompression context")
        }
        unsafe self.context = context
        _ = unsafe ZSTD_DCtx_setParameter(
            context, ZSTD_d_windowLogMax, ConnectorLimits.zstdWindowLogMax)
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> DecodeStep {
        // SAFETY: both buffers are described with their own counts, used in the call only.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(context, &target, &source)
        var step = unsafe DecodeStep(consumed: source.pos, produced: target.pos)
        if ZSTD_isError(status) != 0 {
            step.failure = unsafe String(cString: ZSTD_getErrorName(status))
        } else if step.consumed > 0 || step.produced > 0 {
            isBetweenFrames = status == 0
        }
        return step
    }
}
