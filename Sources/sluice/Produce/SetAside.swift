import Expressions
import Streams

/// The records of a run that took no part, by reason, and where they are.
struct SetAside {
    private let report: PipelineReport
    private let place: String

    /// `topic` is the topic that was written to.
    init(_ report: PipelineReport, topic: String, _ policy: PipelineOptions.ErrorPolicy) {
        self.report = report
        place =
            switch policy {
            case .deadLetter: "kept in topic \(TopicErrorArguments.deadLetterTopic(of: topic))"
            case .skip: "left out"
            case .fail: "refused"
            }
    }

    /// The reasons with their numbers, those of none left out.
    var reasons: [(name: String, count: Int64)] {
        var reasons: [(name: String, count: Int64)] = []
        if report.rejected > 0 { reasons.append(("cannot be parsed", report.rejected)) }
        for error in EvaluationError.allCases where report[error] > 0 {
            reasons.append(("\(error)", report[error]))
        }
        return reasons
    }

    /// `3 records set aside: 2 cannot be parsed, 1 cast; kept in topic t.dead-letter`.
    var sentence: String {
        let total = reasons.reduce(0) { $0 + $1.count }
        let parts = reasons.map { "\(Quantity.count($0.count)) \($0.name)" }
        return "\(Quantity.count(total)) \(total == 1 ? "record" : "records") set aside: "
            + parts.joined(separator: ", ") + "; \(place)"
    }
}
