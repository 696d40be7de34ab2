/// How the records of a batch are compressed: bits 0–2 of the batch's attributes.
///
/// Source: Kafka protocol, "Record Batch"; zstd by KIP-110.
package enum CompressionCodec: Int16, CaseIterable, Sendable {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4
}
