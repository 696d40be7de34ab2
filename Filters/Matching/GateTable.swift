import Bytes

/// The gates of one subject by the hashes of their values: open addressing over a table twice as
/// large.
///
/// Only hashes are compared. Two values with one hash let in records that are then refused.
struct GateTable: Sendable {
    let subject: MatchGate.Subject
    private var hashes: [UInt64] = []
    /// By entry: gates of this hash with conditions, as a range of ``gates``.
    private var ranges: [Range<Int32>] = []
    private var gates: [Int32] = []
    /// By entry: records with that value, since it was measured last.
    private(set) var hits: [Int32] = []
    /// Entry + 1; 0 is free.
    private var slots: [Int32] = [0, 0, 0, 0]
    private var mask = 3

    init(_ subject: MatchGate.Subject) { self.subject = subject }

    /// Number of distinct values.
    var count: Int { hashes.count }

    /// Whether any gate has conditions.
    var isUsed: Bool { !gates.isEmpty }

    /// The entry of a hash, which is added if it is not there.
    mutating func insert(_ hash: UInt64) -> Int32 {
        if let known = entry(hash) { return Int32(known) }
        hashes.append(hash)
        ranges.append(0..<0)
        hits.append(0)
        if hashes.count * 2 > slots.count {
            slots = Array(repeating: 0, count: slots.count * 2)
            mask = slots.count - 1
            for entry in hashes.indices { place(entry) }
        } else {
            place(hashes.count - 1)
        }
        return Int32(hashes.count - 1)
    }

    private mutating func place(_ entry: Int) {
        var slot = Int(truncatingIfNeeded: hashes[entry]) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(entry + 1)
    }

    private func entry(_ hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = Int(slots[slot]) - 1
            if hashes[entry] == hash { return entry }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The used gates of a value, to be read with ``gate(at:)``; counts the hit.
    mutating func lookUp(_ hash: UInt64) -> Range<Int32> {
        guard let entry = entry(hash) else { return 0..<0 }
        hits[entry] &+= 1
        return ranges[entry]
    }

    mutating func forgetHits() {
        for entry in hits.indices { hits[entry] = 0 }
    }

    func gate(at place: Int32) -> Int { Int(gates[Int(place)]) }

    /// Takes over which gates have conditions now, and forgets the hits.
    mutating func use(_ all: [MatchGate], table: Int) {
        var byEntry = [[Int32]](repeating: [], count: hashes.count)
        for (index, gate) in all.enumerated() where gate.table == table && !gate.conditions.isEmpty
        {
            for entry in gate.entries { byEntry[Int(entry)].append(Int32(index)) }
        }
        gates.removeAll(keepingCapacity: true)
        for (entry, indexes) in byEntry.enumerated() {
            ranges[entry] = Int32(gates.count)..<Int32(gates.count + indexes.count)
            gates += indexes
            hits[entry] = 0
        }
    }
}
