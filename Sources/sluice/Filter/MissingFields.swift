import Bytes
import Expressions
import Records

/// Notices fields that an expression names and no record has: in JSON a wrong name is no error but
/// NULL, and the user would wonder why nothing matches.
struct MissingFields {
    /// Records that are looked at; a field may be rare, so what is said is a note and no error.
    private static let recordCountMax = 1_000

    private var missing: [String]
    private var seen: Set<String> = []
    private var recordCount = 0

    /// - Parameter programs: over JSON rows; others have no such fields.
    init(_ programs: [Program]) {
        var names: [String] = []
        for program in programs {
            for field in program.fields {
                if let name = field.payloadMember, !names.contains(name) { names.append(name) }
            }
        }
        missing = names
    }

    /// Whether enough records have been seen, or nothing is missing.
    var isDone: Bool { missing.isEmpty || recordCount >= Self.recordCountMax }

    /// Looks at the records of a batch, as far as it needs to.
    mutating func look(at block: borrowing RecordBlock) {
        var row = 0
        while row < block.count, !isDone {
            if let value = block.value(row) {
                for name in TopLevelNames.read(value) { seen.insert(name) }
            }
            recordCount += 1
            row += 1
        }
    }

    /// One sentence for each field that no record had.
    var notes: [String] {
        guard recordCount > 0, !seen.isEmpty else { return [] }
        return missing.filter { !seen.contains($0) }.map { name in
            let records =
                recordCount == 1
                ? "The first record has" : "None of the first \(recordCount) records has"
            let hint = NearestName.find(name, in: seen.sorted()).map { " Did you mean '\($0)'?" }
            let known = seen.sorted().prefix(20).joined(separator: ", ")
            return recordCount == 1
                ? "\(records) no field '\(name)'.\(hint ?? " It has: \(known).")"
                : "\(records) a field '\(name)'.\(hint ?? " They have: \(known).")"
        }
    }
}
