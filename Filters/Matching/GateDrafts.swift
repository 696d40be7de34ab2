import Bytes
import Expressions

/// Collects the gates of a group's conditions; equal ones are one gate.
struct GateDrafts {
    private(set) var gates: [MatchGate] = []
    private(set) var tables: [GateTable] = []
    private var places: [MatchGate.Key: Int32] = [:]
    private var tablePlaces: [MatchGate.Subject: Int] = [:]

    /// The gates that a condition may stand behind; none if it has to see every record.
    ///
    /// A gate only keeps out records that the condition would refuse: but if the condition can fail
    /// and the policy has to know, a term before the gate's could have failed instead.
    mutating func add(_ condition: MatchCondition, _ program: Program) -> [Int32] {
        var keys: [MatchGate.Key] = []
        var filter: TagFilter?
        for case let tags as TagFilter in condition.before where !tags.expression.matchesEverything
        {
            keys.append(MatchGate.Key(tags.expression))
            filter = tags
        }
        if let root = condition.root, condition.policy == .drop || !program.canRaise(root) {
            keys += program.equalityGates(of: root).map { MatchGate.Key($0) }
        }
        return keys.map { place(of: $0, filter) }
    }

    private mutating func place(of key: MatchGate.Key, _ filter: TagFilter?) -> Int32 {
        if let known = places[key] { return known }
        let table = tablePlaces[key.subject] ?? tables.count
        if table == tables.count {
            tables.append(GateTable(key.subject))
            tablePlaces[key.subject] = table
        }
        let entries = key.hashes.map { tables[table].insert($0) }
        let place = Int32(gates.count)
        places[key] = place
        gates.append(
            MatchGate(
                key: key, table: table, entries: entries,
                filter: key.subject == .tag ? filter : nil))
        return place
    }
}
