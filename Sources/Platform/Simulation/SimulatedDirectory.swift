/// A directory of the simulated disk: its entries as seen, as durable, and the changes between.
struct SimulatedDirectory: Sendable {
    enum Entry: Sendable, Equatable {
        case file(Int)
        case directory
    }
    /// One atomic change: names that vanish and names that lead somewhere new.
    struct Change: Sendable {
        var removed: String?
        var added: (name: String, entry: Entry)?
    }

    private(set) var current: [String: Entry] = [:]
    private(set) var durable: [String: Entry] = [:]
    private var changes: [Change] = []

    init(durable: [String: Entry] = [:]) {
        self.durable = durable
        current = durable
    }

    mutating func apply(_ change: Change) {
        Self.apply(change, to: &current)
        changes.append(change)
    }

    mutating func synchronize() {
        durable = current
        changes.removeAll()
    }

    mutating func dropChanges() { changes.removeAll() }

    func afterCrash<Generator: RandomNumberGenerator>(
        _ outcome: CrashOutcome, using generator: inout Generator
    ) -> [String: Entry] {
        switch outcome {
        case .unsyncedLost: return durable
        case .unsyncedKept: return changes.reduce(into: durable) { Self.apply($1, to: &$0) }
        case .unsyncedMixed:
            var entries = durable
            for change in changes where Bool.random(using: &generator) {
                Self.apply(change, to: &entries)
            }
            return entries
        }
    }

    private static func apply(_ change: Change, to entries: inout [String: Entry]) {
        if let removed = change.removed { entries[removed] = nil }
        if let added = change.added { entries[added.name] = added.entry }
    }
}
