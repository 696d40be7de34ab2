import Bytes
import Platform

/// The newest offset of each key, within a bound of memory.
///
/// A key is known by 128 bits of hash under a secret seed. Two keys that share them would be taken for
/// one and the older record lost: for a thousand million keys the odds of one such pair are 1.5·10⁻²¹
/// (n²/2¹²⁹), and nobody who does not know the seed can look for one. Kafka's cleaner relies on MD5 in
/// the same way.
///
/// Open addressing, three words a slot; doubles until it has reached its bound.
struct KeyMap {
    private static let wordsPerSlot = 3
    private static let slotCountMin = 1 << 10
    private let byteCountMax: Int
    private let seeds: (UInt64, UInt64)
    /// First hash, second hash, offset + 1; an offset word of 0 says that the slot is free.
    private var words: [UInt64]
    private var mask: Int
    private(set) var count = 0

    init(byteCountMax: Int, randomness: any Randomness = SystemRandomness()) {
        self.byteCountMax = byteCountMax
        seeds = (randomness.next(), randomness.next())
        var slots = Self.slotCountMin
        while slots > 4, slots * Self.wordsPerSlot * 8 > byteCountMax { slots /= 2 }
        words = [UInt64](repeating: 0, count: slots * Self.wordsPerSlot)
        mask = slots - 1
    }

    /// Remembers an offset, which must be above all before.
    ///
    /// - Returns: false if the key is new and there is no room for it.
    mutating func insert(_ key: RawSpan, offset: Int64) -> Bool {
        let hash = hash(key)
        var slot = find(hash)
        if words[slot + 2] == 0 {
            // Three quarters at most: probing stays short, and a free slot always ends it.
            if (count + 1) * 4 > (mask + 1) * 3 {
                guard grow() else { return false }
                slot = find(hash)
            }
            count += 1
            words[slot] = hash.0
            words[slot + 1] = hash.1
        }
        words[slot + 2] = UInt64(offset) + 1
        return true
    }

    /// The newest offset of a key; nil if it is not known.
    func offset(of key: RawSpan) -> Int64? {
        let stored = words[find(hash(key)) + 2]
        return stored == 0 ? nil : Int64(stored - 1)
    }

    private func hash(_ key: RawSpan) -> (UInt64, UInt64) {
        (StableHash.hash(key, seed: seeds.0), StableHash.hash(key, seed: seeds.1))
    }

    /// First word of the slot that holds the hash, or of the free one where it would go.
    private func find(_ hash: (UInt64, UInt64)) -> Int {
        var index = Int(truncatingIfNeeded: hash.0) & mask
        while true {
            let slot = index * Self.wordsPerSlot
            if words[slot + 2] == 0 || words[slot] == hash.0 && words[slot + 1] == hash.1 {
                return slot
            }
            index = (index + 1) & mask
        }
    }

    private mutating func grow() -> Bool {
        // While it is copied, old and new are there: both together stay within the bound.
        guard words.count * 8 * 3 <= byteCountMax else { return false }
        var old: [UInt64] = []
        swap(&old, &words)
        words = [UInt64](repeating: 0, count: old.count * 2)
        mask = mask * 2 + 1
        for slot in stride(from: 0, to: old.count, by: Self.wordsPerSlot) where old[slot + 2] != 0 {
            let place = find((old[slot], old[slot + 1]))
            words[place] = old[slot]
            words[place + 1] = old[slot + 1]
            words[place + 2] = old[slot + 2]
        }
        return true
    }
}
