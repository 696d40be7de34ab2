package import Records

/// A block of a segment, for `log dump`.
package struct InspectedBlock: Sendable, Equatable {
    /// Position in the file.
    package let filePosition: Int64
    package let byteCount: Int
    package let baseOffset: RecordOffset
    package let lastOffset: RecordOffset
    package let recordCount: Int
    /// Milliseconds.
    package let maxTimestamp: Int64
    /// nil if the number names no codec.
    package let codec: CompressionCodec?
    /// What is wrong with its bytes; nil if nothing is.
    package let problem: String?
}
