import Bytes

/// Under which name an INSERT keeps its progress.
struct JobChoice {
    /// As the user gave it; nil: made of the statement.
    let name: String?
    /// Whether progress is forgotten first.
    let restarts: Bool

    /// The name of the job that runs a statement: the same text is the same job.
    ///
    /// Of `statement`, blanks and case count, so that no two jobs become one.
    func name(for statement: String) -> String {
        if let name { return name }
        let hash = StableHash.hash(Array(statement.utf8).rawSpan)
        let digits = String(hash, radix: 16)
        return "sql-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
