/// The 32-bit hash by which Kafka's clients choose the partition of a key.
///
/// Source: the Java client's `Utils.murmur2`, seed 0x9747b28c; librdkafka's `murmur2_random`
/// partitioner agrees. A record with the same key reaches the same partition from every client.
package enum Murmur2 {
    /// The hash of `bytes`; O(byte count), no allocation.
    package static func hash(_ bytes: RawSpan) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        let count = bytes.byteCount
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: count)
        var position = 0
        // All products wrap on purpose: the hash is defined modulo 2^32.
        while count - position >= 4 {
            var word = bytes.littleEndian(at: position, as: UInt32.self) &* multiplier
            word ^= word >> 24
            hash = (hash &* multiplier) ^ (word &* multiplier)
            position += 4
        }
        let rest = count - position
        if rest >= 3 { hash ^= UInt32(bytes.byte(at: position + 2)) << 16 }
        if rest >= 2 { hash ^= UInt32(bytes.byte(at: position + 1)) << 8 }
        if rest >= 1 { hash = (hash ^ UInt32(bytes.byte(at: position))) &* multiplier }
        hash = (hash ^ (hash >> 13)) &* multiplier
        return hash ^ (hash >> 15)
    }

    /// The partition of a key: the hash's low 31 bits modulo the number of partitions.
    package static func partition(of key: RawSpan, count: Int32) -> Int32 {
        Int32(hash(key) & 0x7FFF_FFFF) % count
    }
}
