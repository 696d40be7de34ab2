import Expressions
import Filters
import Records

/// What ``FilterTrace`` found, as an indented tree for people and as one object for programs.
struct FilterWhyReport {
    private let trace: FilterTrace
    private let offset: Int64
    private let stream: RecordStream

    init(_ trace: FilterTrace, offset: Int64, stream: RecordStream) {
        self.trace = trace
        self.offset = offset
        self.stream = stream
    }

    func print(to console: Console, as form: OutputOptions.Form) throws {
        switch form {
        case .json: try console.line(json)
        case .text: for line in lines { try console.line(line) }
        }
    }

    // MARK: For people

    private var lines: [String] {
        var lines: [String] = []
        for part in trace.parts {
            switch part {
            case .tag(let expression, let tag, let matches):
                lines.append("\(Self.pad(matches ? "true" : "false"))tag \(expression)")
                lines.append("  tag = \(tag.map { "'\(TextWidth.visible($0))'" } ?? "NULL")")
            case .sql(let term): Self.append(term, depth: 0, to: &lines)
            case .pattern(let expression, let target, let subject, let result):
                lines.append(Self.pad(Self.name(result)) + "pattern \(expression) on \(target)")
                switch result {
                case .found(let span, let text):
                    lines.append(
                        "  found at bytes \(span.lowerBound)..<\(span.upperBound): "
                            + "'\(TextWidth.visible(text))'")
                case .nothingToSearch: lines.append("  \(target) = NULL")
                case .notFound, .limit:
                    lines.append("  \(target) = '\(TextWidth.visible(subject ?? ""))'")
                }
            }
        }
        if let malformed = trace.malformed {
            lines.append("payload: \(malformed.description); its fields are NULL")
        }
        lines.append("record \(offset) is \(fate.sentence)")
        return lines
    }

    private static func append(_ term: TraceTerm, depth: Int, to lines: inout [String]) {
        let indent = String(repeating: "  ", count: depth)
        let mark = term.isReached ? "" : "   (not reached)"
        switch term.outcome {
        case .value(let value):
            lines.append("\(indent)\(term.text) = \(TextWidth.visible(value))\(mark)")
        case .error(let error) where !term.isCondition:
            lines.append("\(indent)\(term.text): error, \(error.vectorName)\(mark)")
        case .yes, .no, .unknown, .error:
            lines.append("\(indent)\(pad(name(term.outcome)))\(term.text)\(mark)")
        }
        for child in term.children { append(child, depth: depth + 1, to: &lines) }
    }

    private static func pad(_ name: String) -> String {
        name + String(repeating: " ", count: max(2, 9 - name.count))
    }

    private static func name(_ outcome: TraceTerm.Outcome) -> String {
        switch outcome {
        case .yes: "true"
        case .no: "false"
        case .unknown: "unknown"
        case .error(let error): "error:\(error.vectorName)"
        case .value(let value): value
        }
    }

    private static func name(_ result: FilterTrace.PatternResult) -> String {
        switch result {
        case .found: "true"
        case .notFound, .nothingToSearch: "false"
        case .limit: "error:\(EvaluationError.regexLimit.vectorName)"
        }
    }

    private var fate: (name: String, sentence: String) {
        switch trace.fate {
        case .delivered: ("delivered", "delivered")
        case .refused(let language): ("refused", "not delivered: the \(language) part is false")
        case .unknown:
            ("unknown", "not delivered: the condition is unknown, which is no error")
        case .failed(let error, let policy): Self.fate(error, policy)
        }
    }

    private static func fate(
        _ error: EvaluationError, _ policy: ErrorPolicy
    ) -> (name: String, sentence: String) {
        let reason = "it cannot be evaluated (\(error.vectorName))"
        switch policy {
        case .drop: return ("dropped", "not delivered: \(reason), and the policy is drop")
        case .deliver:
            return ("flagged", "delivered and flagged: \(reason), and the policy is deliver")
        case .deadLetter:
            return ("dead-lettered", "moved aside: \(reason), and the policy is dead-letter")
        case .fail:
            return ("stops", "where the subscription stops: \(reason), and the policy is fail")
        }
    }

    // MARK: For programs

    private var json: String {
        var parts: [[(name: String, field: Field)]] = []
        for part in trace.parts {
            switch part {
            case .tag(let expression, let tag, let matches):
                parts.append([
                    ("language", .text("tag")), ("text", .text(expression)),
                    ("result", .text(matches ? "true" : "false")),
                    ("tag", tag.map { .text($0) } ?? .none),
                ])
            case .sql(let term): parts.append([("language", .text("sql"))] + Self.object(term))
            case .pattern(let expression, let target, let subject, let result):
                var object: [(name: String, field: Field)] = [
                    ("language", .text("pattern")), ("text", .text(expression)),
                    ("result", .text(Self.name(result))), ("on", .text(target)),
                    ("subject", subject.map { .text($0) } ?? .none),
                ]
                if case .found(let span, let text) = result {
                    object.append(("start", .count(Int64(span.lowerBound))))
                    object.append(("end", .count(Int64(span.upperBound))))
                    object.append(("found", .text(text)))
                }
                parts.append(object)
            }
        }
        var details = Details()
        details.add("topic", .text(stream.topic))
        details.add("partition", .count(Int64(stream.partition)))
        details.add("offset", .count(offset))
        details.add("fate", .text(fate.name))
        details.add("reason", .text(fate.sentence))
        details.add("malformed", trace.malformed.map { .text($0.description) } ?? .none)
        details.add("parts", .objects(parts))
        return details.json
    }

    private static func object(_ term: TraceTerm) -> [(name: String, field: Field)] {
        var object: [(name: String, field: Field)] = [("text", .text(term.text))]
        object.append((term.isCondition ? "result" : "value", .text(name(term.outcome))))
        object.append(("reached", .flag(term.isReached)))
        if !term.children.isEmpty {
            object.append(("parts", .objects(term.children.map(Self.object))))
        }
        return object
    }
}
