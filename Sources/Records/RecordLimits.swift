/// Limits on records that come from outside.
///
/// Each has a test at, below and above.
package enum RecordLimits {
    /// Bytes of one batch as stored; Kafka's clients send 1 MiB by default.
    package static let batchByteCountMax = 64 << 20
    /// Bytes of one batch's records when decompressed: a bound for decompression bombs.
    package static let decompressedByteCountMax = 256 << 20
}
