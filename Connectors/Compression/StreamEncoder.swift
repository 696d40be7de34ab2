/// Compresses a stream piece by piece into frames or members that follow each other.
protocol StreamEncoder: AnyObject {
    /// Takes some of `input` and fills some of `output`.
    ///
    /// `ends` ends the frame behind `input`; to be repeated until the step is complete, then the
    /// next byte opens a new frame.
    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, ends: Bool
    ) -> EncodeStep
}

/// What one step of compression did.
struct EncodeStep: Equatable {
    var consumed = 0
    var produced = 0
    /// Whether the frame that was to be ended is entirely in the output.
    var isComplete = false
    var failure: String?
}

extension StreamCompression {
    func makeEncoder() -> any StreamEncoder {
        switch self {
        case .zstd: ZstdStreamEncoder()
        case .gzip: GzipStreamEncoder()
        }
    }
}
