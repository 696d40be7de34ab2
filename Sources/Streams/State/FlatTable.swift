import Bytes

/// A hash table from byte keys to a fixed number of 64-bit words, in plain memory.
///
/// Entries are numbered in the order of insertion and never removed one by one: the table of a
/// window goes as a whole. A lookup allocates nothing; keys come from outside, so the owner limits
/// ``byteCount``.
struct FlatTable {
    /// Words of an entry.
    let stride: Int
    private(set) var count = 0
    /// The entries' words, `stride` each.
    var words: [Int64] = []
    private var keys: [UInt8] = []
    /// Key `i` is `keyEnds[i] ..< keyEnds[i + 1]` of `keys`.
    private var keyEnds: [Int] = [0]
    private var hashes: [UInt64] = []
    /// Open addressing, linear probing: entry + 1, 0 is free.
    ///
    /// At most half full.
    private var slots: [UInt32]

    private static let slotCountMin = 16

    init(stride: Int) {
        self.stride = stride
        slots = Array(repeating: 0, count: Self.slotCountMin)
    }

    /// Memory in use, about.
    var byteCount: Int {
        keys.count + words.count * 8 + (keyEnds.count + hashes.count) * 8 + slots.count * 4
    }

    /// The key of an entry.
    @_lifetime(borrow self)
    func key(_ entry: Int) -> RawSpan {
        keys.rawSpan.slice(keyEnds[entry], count: keyEnds[entry + 1] - keyEnds[entry])
    }

    /// The entry of a key, made with zero words if there is none; `isNew` says which.
    mutating func findOrInsert(_ key: RawSpan, hash: UInt64, isNew: inout Bool) -> Int {
        let position = position(of: key, hash: hash)
        let found = slots[position]
        isNew = found == 0
        guard isNew else { return Int(found) - 1 }
        keys.append(copying: key)
        keyEnds.append(keys.count)
        hashes.append(hash)
        words.append(contentsOf: repeatElement(0, count: stride))
        count += 1
        slots[position] = UInt32(count)
        if count * 2 > slots.count { grow() }
        return count - 1
    }

    /// Forgets the entries and keeps the memory.
    mutating func removeAll() {
        count = 0
        words.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        keyEnds.removeAll(keepingCapacity: true)
        keyEnds.append(0)
        hashes.removeAll(keepingCapacity: true)
        slots = Array(repeating: 0, count: Self.slotCountMin)
    }

    /// The entries in ascending order of their keys' bytes.
    func sortedEntries() -> [Int] {
        (0..<count).sorted { key($0).compare(to: key($1)) < 0 }
    }

    private func position(of key: RawSpan, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] != 0 {
            let entry = Int(slots[position]) - 1
            if hashes[entry] == hash && self.key(entry).isEqual(to: key) { return position }
            position = (position + 1) & mask
        }
        return position
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for entry in 0..<count {
            var position = Int(truncatingIfNeeded: hashes[entry]) & mask
            while larger[position] != 0 { position = (position + 1) & mask }
            larger[position] = UInt32(entry + 1)
        }
        slots = larger
    }
}
