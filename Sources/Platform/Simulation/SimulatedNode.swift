/// A file of the simulated disk: what reads see, what is durable, and what is neither yet.
struct SimulatedNode: Sendable {
    /// A change that a crash may keep or lose.
    enum Change: Sendable {
        case bytes(position: Int, [UInt8])
        case length(Int)
    }
    /// Disks write sectors whole; a write of several may be kept in part.
    static let sectorByteCount = 512

    private(set) var current: [UInt8] = []
    private(set) var durable: [UInt8] = []
    private(set) var changes: [Change] = []

    init(durable: [UInt8] = []) {
        self.durable = durable
        current = durable
    }

    mutating func apply(_ change: Change) {
        Self.apply(change, to: &current)
        changes.append(change)
    }

    mutating func synchronize() {
        // Not all that is seen: what a failed synchronization dropped stays lost.
        for change in changes { Self.apply(change, to: &durable) }
        changes.removeAll()
    }

    /// A synchronization failed: the pages count as clean, so no later one writes them.
    mutating func dropChanges() { changes.removeAll() }

    mutating func flipBit(_ bit: Int, at position: Int) {
        for image in [\SimulatedNode.current, \SimulatedNode.durable]
        where position < self[keyPath: image].count {
            self[keyPath: image][position] ^= 1 << UInt8(bit)
        }
    }

    /// The bytes that a disk may hold after a crash.
    func afterCrash<Generator: RandomNumberGenerator>(
        _ outcome: CrashOutcome, using generator: inout Generator
    ) -> [UInt8] {
        switch outcome {
        case .unsyncedLost: return durable
        case .unsyncedKept: return changes.reduce(into: durable) { Self.apply($1, to: &$0) }
        case .unsyncedMixed:
            var bytes = durable
            for change in changes { Self.applyPart(of: change, to: &bytes, using: &generator) }
            return bytes
        }
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .length(let count): resize(&bytes, to: count)
        case .bytes(let position, let new):
            if bytes.count < position + new.count { resize(&bytes, to: position + new.count) }
            bytes.replaceSubrange(position..<(position + new.count), with: new)
        }
    }

    private static func applyPart<Generator: RandomNumberGenerator>(
        of change: Change, to bytes: inout [UInt8], using generator: inout Generator
    ) {
        guard case .bytes(let position, let new) = change else {
            if Bool.random(using: &generator) { apply(change, to: &bytes) }
            return
        }
        // A third of the writes whole, a third not at all, a third sector by sector.
        let fate = Int.random(in: 0..<3, using: &generator)
        if fate == 0 { return }
        if fate == 1 { return apply(change, to: &bytes) }
        var start = position
        while start < position + new.count {
            let sectorEnd = (start / sectorByteCount + 1) * sectorByteCount
            let end = min(sectorEnd, position + new.count)
            if Bool.random(using: &generator) {
                let part = Array(new[(start - position)..<(end - position)])
                apply(.bytes(position: start, part), to: &bytes)
            }
            start = end
        }
    }

    private static func resize(_ bytes: inout [UInt8], to count: Int) {
        if count < bytes.count {
            bytes.removeLast(bytes.count - count)
        } else {
            // In a debug build, bytes that are appended one by one were most of many tests' time.
            bytes += [UInt8](repeating: 0, count: count - bytes.count)
        }
    }
}
