import Broker
import Expressions
import Filters

/// What the index of a topic's blocks does for a condition.
struct IndexReport {
    private let answers: [(term: String, answer: IndexAnswer)]

    init(_ program: Program) {
        answers = program.indexAnswers(
            of: Expression.condition, isSummarized: BlockSummaryBuilder.isSummarized)
    }

    private func terms(_ answer: IndexAnswer) -> [String] {
        answers.filter { $0.answer == answer }.map(\.term)
    }

    /// What a term makes possible, as lines for people.
    var lines: [String] {
        var lines: [String] = []
        for (answer, words) in [
            (IndexAnswer.always, "index: answers "),
            (.fewValues, "index: answers, in blocks with at most 16 different values, "),
            (.never, "index: cannot answer "),
        ] {
            let terms = terms(answer)
            if !terms.isEmpty { lines.append(words + terms.joined(separator: "; ")) }
        }
        return lines
    }

    /// What summaries of a topic would spare.
    static func details(_ survey: IndexSurvey) -> Details {
        var details = Details()
        details.add("blocks", .count(survey.blocks))
        details.add("records in blocks", .count(survey.records))
        details.add("blocks passed over", .count(survey.passedOver.blocks))
        details.add("records passed over", .count(survey.passedOver.records))
        details.add("bytes passed over", .bytes(survey.passedOver.bytes))
        details.add("blocks without index", .count(survey.blocksWithout))
        details.add("records not sealed", .count(survey.recordsUnsealed))
        return details
    }

    /// What to do if blocks tell nothing of the filter; nil if all of them do.
    static func advice(_ survey: IndexSurvey, _ topic: String) -> String? {
        guard survey.blocksWithout > 0 else { return nil }
        return "\(Quantity.count(survey.blocksWithout)) blocks have no index for this filter. They "
            + "get it with a subscription that has the filter, and: sluice topic index \(topic)"
    }

    /// For programs.
    func add(to details: inout Details) {
        details.add("index answers", .list(terms(.always)))
        details.add("index answers few values", .list(terms(.fewValues)))
        details.add("index cannot answer", .list(terms(.never)))
    }
}
