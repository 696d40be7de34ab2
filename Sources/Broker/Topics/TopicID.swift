import Bytes
import CommitLog

/// The identity that a topic or subscription has beside its name: a later one of the same name has
/// another (KIP-516).
///
/// It is made of what never comes twice, so nothing more needs to be stored.
package struct TopicID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Of a topic: the log never uses the number of a partition again.
    init(name: String, firstPartition: PartitionID, createdAt: Int64) {
        var bytes = Array(name.utf8)
        bytes.append(littleEndian: firstPartition.rawValue)
        bytes.append(littleEndian: createdAt)
        self.init(hashing: bytes)
    }

    /// Of a subscription.
    init(subscription name: String, createdAt: Int64) {
        var bytes = Array("subscription ".utf8) + Array(name.utf8)
        bytes.append(littleEndian: createdAt)
        self.init(hashing: bytes)
    }

    private init(hashing bytes: [UInt8]) {
        // The marks of a random UUID, RFC 9562, section 5.4: also never all zero, which is no topic.
        high = (StableHash.hash(bytes.rawSpan, seed: 1) & ~0xF000) | 0x4000
        low = (StableHash.hash(bytes.rawSpan, seed: 2) & (~0 >> 2)) | (1 << 63)
    }
}
