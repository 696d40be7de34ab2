/// Which entries of a table differ from what was committed, and which are committed at all.
struct DirtySet {
    private enum Flag {
        static let dirty: UInt8 = 1
        static let committed: UInt8 = 2
    }

    private var flags: [UInt8] = []
    /// Entries to be written with the next commit, each once.
    private(set) var dirty: [Int32] = []

    /// The entry has changed; entries appear in ascending order without gaps.
    mutating func mark(_ entry: Int) {
        if entry >= flags.count {
            flags.append(contentsOf: repeatElement(0, count: entry + 1 - flags.count))
        }
        guard flags[entry] & Flag.dirty == 0 else { return }
        flags[entry] |= Flag.dirty
        dirty.append(Int32(truncatingIfNeeded: entry))
    }

    /// The entry came from a commit.
    mutating func markCommitted(_ entry: Int) {
        mark(entry)
        dirty.removeLast()
        flags[entry] = Flag.committed
    }

    /// Everything is being committed.
    mutating func commit() {
        for entry in dirty { flags[Int(entry)] = Flag.committed }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Whether a commit holds the entry, so that its removal has to be committed too.
    func isCommitted(_ entry: Int) -> Bool { flags[entry] & Flag.committed != 0 }

    mutating func removeAll() {
        flags.removeAll(keepingCapacity: true)
        dirty.removeAll(keepingCapacity: true)
    }
}
