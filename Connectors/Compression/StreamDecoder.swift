/// Decompresses a stream piece by piece; one after the other, all its frames or members.
protocol StreamDecoder: AnyObject {
    /// Whether the stream could end here without loss.
    var isBetweenFrames: Bool { get }

    /// Takes some of `input`, fills some of `output`. Without progress on either side more input
    /// is needed.
    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> DecodeStep
}

/// What one step of decompression did.
struct DecodeStep: Equatable {
    var consumed = 0
    var produced = 0
    /// Why the stream cannot go on; what was produced is good.
    var failure: String?
}

extension StreamCompression {
    func makeDecoder() -> any StreamDecoder {
        switch self {
        case .zstd: ZstdStreamDecoder()
        case .gzip: GzipStreamDecoder()
        }
    }
}
