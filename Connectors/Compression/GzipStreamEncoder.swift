import CZlib

// SAFETY: the stream is allocated in init, because zlib keeps its address, freed in deinit, and
// never leaves the class.
/// Compresses to gzip members (RFC 1952) at zlib's default level.
@safe final class GzipStreamEncoder: StreamEncoder {
    private let stream: UnsafeMutablePointer<z_stream>

    /// The largest window, and a gzip header in front: zlib.h, deflateInit2.
    private static let windowBits = 15 + 16
    /// zlib's default use of memory: zlib.h, deflateInit2.
    private static let memoryLevel = 8

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, Int32(Self.windowBits),
            Int32(Self.memoryLevel), Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib: no memory for a compression context")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, ends: Bool
    ) -> EncodeStep {
        // SAFETY: both buffers are described with their own counts, used in the call only; zlib
        // does not write through its input pointer.
        let available = min(input.count, Int(UInt32.max))
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
        let status = unsafe deflate(stream, ends ? Z_FINISH : Z_NO_FLUSH)
        var step = EncodeStep()
        step.consumed = unsafe available - Int(stream.pointee.avail_in)
        step.produced = unsafe min(output.count, Int(UInt32.max)) - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            unsafe deflateReset(stream)
            step.isComplete = true
        default: step.failure = "zlib status \(status)"
        }
        return step
    }
}
