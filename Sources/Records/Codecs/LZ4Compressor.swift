import Bytes
import CLz4

// SAFETY: the context is made in init, freed in deinit and never leaves the class.
/// Compresses to LZ4 frames with one reused context; not thread-safe.
///
/// Blocks are independent and of 64 KiB, as Java's client makes them: it reads no others than
/// independent ones (Kafka, `Lz4BlockInputStream`).
@safe final class LZ4Compressor {
    private let context: OpaquePointer
    private var preferences: LZ4F_preferences_t

    /// 1 is fastest, from 3 on the thorough search begins (lz4hc.h).
    static let levels: ClosedRange<Int32> = 1...12

    init(level: Int32) {
        var context: OpaquePointer?
        let status = unsafe LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context = unsafe context else {
            preconditionFailure("lz4: no memory for a compression context")
        }
        unsafe self.context = context
        preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = LZ4F_max64KB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.compressionLevel = min(
            max(level, Self.levels.lowerBound), Self.levels.upperBound)
        // Nothing is kept back: the whole input is there.
        preferences.autoFlush = 1
    }

    deinit { unsafe LZ4F_freeCompressionContext(context) }

    /// Appends one frame.
    ///
    /// - Complexity: O(bytes); allocates only when `output` has to grow.
    func compress(_ bytes: RawSpan, into output: inout [UInt8]) {
        let bound =
            unsafe Int(LZ4F_HEADER_SIZE_MAX)
            + LZ4F_compressBound(bytes.byteCount, &preferences)
        unsafe output.appendUninitialized(count: bound) { space in
            var written = 0
            // SAFETY: each call gets the rest of the space with its count, the source with its own;
            // all are used in the call only.
            unsafe bytes.withUnsafeBytes { source in
                written += unsafe Self.checked(
                    LZ4F_compressBegin(context, space.baseAddress, space.count, &preferences))
                written += unsafe Self.checked(
                    LZ4F_compressUpdate(
                        context, space.baseAddress?.advanced(by: written), space.count - written,
                        source.baseAddress, source.count, nil))
                written += unsafe Self.checked(
                    LZ4F_compressEnd(
                        context, space.baseAddress?.advanced(by: written), space.count - written,
                        nil))
            }
            return written
        }
    }

    /// The bound is sufficient by lz4's contract, so only memory exhaustion can fail.
    private static func checked(_ status: Int) -> Int {
        precondition(LZ4F_isError(status) == 0, "lz4 could not compress")
        return status
    }
}
