import Broker
import Expressions
import Filters

extension FilterCounts {
    /// The counters as properties, those of conditions that refused nothing left out.
    func add(to details: inout Details) {
        details.add("Looked at", .count(seen), name: "seen")
        details.add("Matched", .count(matched))
        for (name, count) in zip(FilterCatalogue.names, refused) where count > 0 {
            details.add("Refused by \(name)", .count(count))
        }
        details.add("Unknown", .count(unknown))
        for error in EvaluationError.allCases where errors[Int(error.rawValue)] > 0 {
            details.add(
                "Failed: \(error)", .count(errors[Int(error.rawValue)]), name: "failed_\(error)")
        }
        details.add("Malformed payloads", .count(malformed))
        if unreadable > 0 { details.add("Unreadable", .count(unreadable)) }
        if undefinedArithmetic > 0 {
            details.add("Undefined arithmetic", .count(undefinedArithmetic))
        }
    }
}
