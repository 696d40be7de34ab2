import Bytes

/// A set of hashes that may say yes too often and never no too often.
///
/// Ten bits a member and six probes: about 1 % of the answers are wrong.
struct BloomFilter: Sendable, Equatable {
    private static let probeCount: UInt64 = 6
    private static let bitsPerMember = 10
    /// Bits are 2^6 … 2^23.
    static let bitCountLogMax = 23

    private(set) var words: [UInt64]

    /// A filter over `hashes`, sized for their number.
    init(_ hashes: [UInt64]) {
        var log = 6
        while log < Self.bitCountLogMax, (1 << log) < hashes.count * Self.bitsPerMember {
            log += 1
        }
        words = Array(repeating: 0, count: 1 << (log - 6))
        for hash in hashes { insert(hash) }
    }

    /// A filter that was stored; nil if the number of words is no power of two.
    init?(words: [UInt64]) {
        guard !words.isEmpty, words.count & (words.count - 1) == 0,
            words.count <= 1 << (Self.bitCountLogMax - 6)
        else { return nil }
        self.words = words
    }

    /// Whether the hash may be a member.
    func mayContain(_ hash: UInt64) -> Bool {
        let mask = UInt64(words.count) * 64 - 1
        let step = (hash >> 32) | 1
        for probe in 0..<Self.probeCount {
            let bit = (hash &+ probe &* step) & mask  // Wraps: a walk around the table.
            if words[Int(bit >> 6)] & (1 << (bit & 63)) == 0 { return false }
        }
        return true
    }

    private mutating func insert(_ hash: UInt64) {
        let mask = UInt64(words.count) * 64 - 1
        let step = (hash >> 32) | 1
        for probe in 0..<Self.probeCount {
            let bit = (hash &+ probe &* step) & mask
            words[Int(bit >> 6)] |= 1 << (bit & 63)
        }
    }
}
