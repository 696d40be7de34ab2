import Expressions
import Filters

extension FilterReport {
    /// The counters as properties, those of conditions that refused nothing left out.
    func add(to details: inout Details) {
        details.add("Looked at", .count(Int64(seen)), name: "seen")
        details.add("Matched", .count(Int64(kept)))
        for (name, count) in zip(FilterCatalogue.names, refused) where count > 0 {
            details.add("Refused by \(name)", .count(Int64(count)))
        }
        details.add("Unknown", .count(Int64(unknown)))
        for error in EvaluationError.allCases where self[error: error] > 0 {
            details.add(
                "Failed: \(error)", .count(Int64(self[error: error])), name: "failed_\(error)")
        }
        details.add("Malformed payloads", .count(Int64(malformed)))
        if undefinedArithmetic > 0 {
            details.add("Undefined arithmetic", .count(Int64(undefinedArithmetic)))
        }
    }

    /// Records that could not be evaluated.
    var failed: Int { errors.reduce(0, +) }
}
