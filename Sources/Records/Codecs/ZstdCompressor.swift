import Bytes
import CZstd

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Compresses to zstd frames with one reused context; not thread-safe.
@safe package final class ZstdCompressor {
    private let context: OpaquePointer

    /// The level of topics that do not choose one (DESIGN.md §3).
    package static let levelDefault: Int32 = 3
    /// 1 is fastest, 19 smallest; beyond, decompression would need windows over 8 MiB.
    package static let levels: ClosedRange<Int32> = 1...19

    /// Parameters for ``levelDefault`` when what is compressed are blocks of about 1 MiB, each alone.
    ///
    /// zstd's own level 3 counts on a long stream. On a year of flights (92 MB as record batches of
    /// 1 MiB), in bytes of `zstd -3` over the whole file: level 3 takes 1.18 at 300 MB/s, these 1.07
    /// at 150 MB/s; with a hash and chain log of 17 it is 1.08, with blocks of 512 KiB 1.10.
    private static let blockParameters: [(parameter: ZSTD_cParameter, value: Int32)] = [
        (ZSTD_c_windowLog, 20), (ZSTD_c_hashLog, 18), (ZSTD_c_chainLog, 18),
        (ZSTD_c_searchLog, 3), (ZSTD_c_minMatch, 6),
        (ZSTD_c_strategy, Int32(ZSTD_greedy.rawValue)),
    ]

    /// Makes a compressor; `isForBlocks` if it is to see blocks of about 1 MiB, for which the
    /// default level has parameters of its own.
    package init(level: Int32 = ZstdCompressor.levelDefault, isForBlocks: Bool = false) {
        guard let context = unsafe ZSTD_createCCtx() else {
            // zstd allocates its context with malloc; nothing can go on without those kilobytes.
            preconditionFailure("zstd: no memory for a compression context")
        }
        unsafe self.context = context
        let level = min(max(level, Self.levels.lowerBound), Self.levels.upperBound)
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        guard isForBlocks, level == Self.levelDefault else { return }
        for (parameter, value) in Self.blockParameters {
            let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
            precondition(ZSTD_isError(result) == 0, "zstd refuses a parameter of ours")
        }
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    /// Appends one frame that states its content size.
    ///
    /// - Complexity: O(bytes); allocates only when `output` has to grow.
    package func compress(_ bytes: RawSpan, into output: inout [UInt8]) {
        let bound = ZSTD_compressBound(bytes.byteCount)
        unsafe output.appendUninitialized(count: bound) { space in
            // SAFETY: both buffers are given with their own counts, used in the call only.
            let written = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compress2(
                    context, space.baseAddress, space.count, source.baseAddress, source.count)
            }
            // The bound is sufficient by zstd's contract, so only memory exhaustion can fail here.
            precondition(ZSTD_isError(written) == 0, "zstd could not compress")
            return written
        }
    }
}
