/// Why bytes are not a record batch.
///
/// Bytes from the wire and from disk end here, never in a trap.
package enum BatchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer bytes than the part named by `needed` takes.
    case truncated(found: Int, needed: Int)
    /// Magic 0 or 1, the message sets of before Kafka 0.11, or a number of the future.
    case unsupportedMagic(Int8)
    /// The length field contradicts the header or the limit.
    case invalidLength(Int32)
    /// The stored checksum differs from that of the bytes.
    case checksum(stored: UInt32, computed: UInt32)
    /// Attribute bits 0–2 name no codec.
    case unknownCodec(Int16)
    /// The compressed records do not decompress.
    case compression(CompressionCodec, reason: String)
    /// The records take more than ``RecordLimits/decompressedByteCountMax`` bytes.
    case decompressedTooLarge(limit: Int)
    /// Record `index` is not coded as the format says: which part is wrong.
    case invalidRecord(index: Int, part: RecordPart)
    /// The header counts other records than there are.
    case recordCount(stated: Int32, found: Int)

    /// A part of a coded record.
    package enum RecordPart: String, Sendable {
        case length
        case attributes
        case timestamp
        case offset
        case key
        case value
        case headers
        case rest = "rest after the last record"
    }

    package var description: String {
        switch self {
        case .truncated(let found, let needed):
            "record batch of \(found) bytes is cut off: it needs \(needed)"
        case .unsupportedMagic(let magic):
            "record batch has magic \(magic), only 2 is supported: use a client of Kafka 0.11 or later"
        case .invalidLength(let length):
            "record batch states an impossible length of \(length) bytes"
        case .checksum(let stored, let computed):
            "record batch is damaged: its CRC-32C is \(computed), it states \(stored)"
        case .unknownCodec(let bits): "record batch names compression codec \(bits), which is none"
        case .compression(let codec, let reason):
            "records do not decompress with \(codec): \(reason)"
        case .decompressedTooLarge(let limit):
            "records take more than \(limit) bytes when decompressed, the limit for one batch"
        case .invalidRecord(let index, let part):
            "record \(index) of the batch is damaged in its \(part.rawValue)"
        case .recordCount(let stated, let found):
            "record batch states \(stated) records and holds \(found)"
        }
    }
}
