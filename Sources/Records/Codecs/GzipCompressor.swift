import Bytes
import CZlib

// SAFETY: the stream is allocated in init, because zlib keeps its address, freed in deinit, and
// never leaves the class.
/// Compresses to gzip members (RFC 1952) with one reused stream; not thread-safe.
@safe final class GzipCompressor {
    private let stream: UnsafeMutablePointer<z_stream>

    /// 1 is fastest, 9 smallest.
    static let levels: ClosedRange<Int32> = 1...9

    init(level: Int32) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window and 16 for the gzip header; 8 is zlib's default use of memory.
        let status = unsafe deflateInit2_(
            stream, min(max(level, Self.levels.lowerBound), Self.levels.upperBound), Z_DEFLATED,
            15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib: no memory for a compression stream")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends one member; `bytes` are those of one batch, 2 GiB at most.
    ///
    /// - Complexity: O(bytes); allocates only when `output` has to grow.
    func compress(_ bytes: RawSpan, into output: inout [UInt8]) {
        precondition(bytes.byteCount <= Int32.max, "a batch of more than 2 GiB is compressed")
        unsafe deflateReset(stream)
        let bound = unsafe Int(deflateBound(stream, UInt(bytes.byteCount)))
        unsafe output.appendUninitialized(count: bound) { space in
            // SAFETY: both buffers are described with their own counts, used in the call only;
            // zlib does not write to its input.
            unsafe bytes.withUnsafeBytes { source in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe stream.pointee.avail_in = UInt32(source.count)
                unsafe stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(
                    to: UInt8.self)
                unsafe stream.pointee.avail_out = UInt32(space.count)
                // The bound is sufficient by zlib's contract, and memory was taken in init.
                let status = unsafe deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib could not compress")
            }
            return unsafe space.count - Int(stream.pointee.avail_out)
        }
    }
}
