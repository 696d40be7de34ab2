import Bytes
import Expressions

/// Lets through the records in which one value is among a few, for all conditions that ask this.
struct MatchGate: Sendable {
    /// What is looked at.
    enum Subject: Hashable, Sendable {
        /// The record's tag, as tag expressions read it.
        case tag
        /// A field of the group's program.
        case field(Int)
    }

    /// What tells gates apart: conditions with equal ones share one.
    struct Key: Hashable, Sendable {
        let subject: Subject
        /// See ``GateHashes``; ascending.
        let hashes: [UInt64]
        /// The tags, for which hashes alone do not decide; ascending.
        var tags: [[UInt8]] = []

        init(_ gate: EqualityGate) {
            subject = .field(gate.field)
            hashes = gate.hashes
        }

        init(_ expression: TagExpression) {
            subject = .tag
            hashes = expression.tags.map { GateHashes.hash(Array($0.utf8).rawSpan) }.sorted()
            tags = expression.tags.map { Array($0.utf8) }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
    }

    let key: Key
    /// The table of its subject, and the table's entries of its hashes.
    let table: Int
    let entries: [Int32]
    /// Of tags: looks at the tags themselves, once for all conditions.
    var filter: TagFilter?
    /// The conditions that it stands before at present.
    var conditions: [Int32] = []
    /// The records of the current piece that it let through.
    var rows = Selection()

    /// Lets a record through; false if it is not the first one of the piece.
    mutating func admit(_ row: Int32) -> Bool {
        // Two hashes of one value may lead to the same gate.
        guard rows.rows.last != row else { return false }
        rows.append(row)
        return rows.count == 1
    }
}
