import CZlib

// SAFETY: the stream is allocated in init, because zlib keeps its address, freed in deinit, and
// never leaves the class.
/// Decompresses gzip members (RFC 1952), with zero bytes behind the last one as tar pads them.
@safe final class GzipStreamDecoder: StreamDecoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isBetweenFrames = true
    private var hasDecoded = false

    /// The largest window, and a gzip header in front: zlib.h, inflateInit2.
    private static let windowBits = 15 + 16

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit2_(
            stream, Int32(Self.windowBits), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib: no memory for a decompression context")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> DecodeStep {
        var step = DecodeStep()
        if isBetweenFrames, hasDecoded {
            while unsafe step.consumed < input.count && input[step.consumed] == 0 {
                step.consumed += 1
            }
        }
        let available = input.count - step.consumed
        guard !isBetweenFrames || available > 0 else { return step }
        // SAFETY: both buffers are described with their own counts, used in the call only; zlib
        // does not write through its input pointer.
        let source = unsafe input.baseAddress.map { unsafe $0 + step.consumed }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
            mutating: source?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(clamping: available)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        step.consumed += unsafe min(available, Int(UInt32.max)) - Int(stream.pointee.avail_in)
        step.produced = unsafe min(output.count, Int(UInt32.max)) - Int(stream.pointee.avail_out)
        isBetweenFrames = false
        hasDecoded = true
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            unsafe inflateReset(stream)
            isBetweenFrames = true
        default:
            step.failure =
                unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                ?? "zlib status \(status)"
        }
        return step
    }
}
