import Bytes
import Expressions

/// A vector of `expressions.jsonl`: a condition, a dialect and a message.
struct ExpressionVector: Sendable {
    let source: String
    private let options: CompileOptions
    private let row: VectorRow
    private let now: Int64
    private let expect: String
    private let at: Int64?

    private static let outcomes =
        ["match", "no", "unknown"]
        + ExpressionError.Kind.allCases.map { "error:\($0.rawValue)" }
        + EvaluationError.allCases.map { "error:\($0.vectorName)" }

    init(_ reader: VectorReader) throws(VectorError) {
        source = try reader.text("expr")
        let name = try reader.text("dialect")
        guard let dialect = Dialect(rawValue: name) else {
            let known = Dialect.allCases.map(\.rawValue).joined(separator: ", ")
            throw .field("there is no dialect '\(name)'; the dialects are \(known)")
        }
        options = CompileOptions(
            dialect: dialect, allowsVolatile: try !reader.flag("deterministic"))
        now = try reader.integer("now") ?? 0
        at = try reader.integer("at")
        expect = try reader.expectation(Self.outcomes)
        guard let message = reader.json["message"], case .object = message.form else {
            throw .field("the field 'message' is missing or is no object")
        }
        row = try VectorRow(message, of: reader.line, dialect)
    }

    func run() -> ConformanceVector.Outcome {
        let (found, place) = evaluate()
        guard let at else { return .init(expected: expect, found: found) }
        return .init(
            expected: "\(expect) at \(at)", found: place.map { "\(found) at \($0)" } ?? found)
    }

    /// The result, and the place of a mistake in the text.
    private func evaluate() -> (outcome: String, at: Int?) {
        let program: Program
        do throws(ExpressionError) {
            program = try Expression.compile(source, options: options)
        } catch {
            return ("error:\(error.kind.rawValue)", error.at)
        }
        var evaluator = Evaluator(program)
        evaluator.begin(now: now)
        let input = row.bytes
        var rows = VectorRows(row, input: input.rawSpan)
        var selection = Selection(all: VectorRows.rowCount)
        evaluator.filter(Expression.condition, &rows, &selection)
        return (Self.outcome(evaluator, selection), nil)
    }

    /// Both rows have the message; the first stands at the front and the second in the middle of a
    /// batch, and they must agree.
    private static func outcome(_ evaluator: Evaluator, _ selection: Selection) -> String {
        let errors = evaluator.errorRows.map(\.error)
        let counters = evaluator.counters
        switch VectorRows.rowCount {
        case selection.count: return "match"
        case counters.refused: return "no"
        case counters.unknown: return "unknown"
        case errors.count where errors.allSatisfy { $0 == errors[0] }:
            return "error:\(errors[0].vectorName)"
        default: return "different results for equal records"
        }
    }
}

extension EvaluationError {
    /// As the vector files spell it.
    package var vectorName: String {
        switch self {
        case .cast: "cast"
        case .regexLimit: "regex-limit"
        case .evaluation: "eval"
        case .pattern: "pattern"
        }
    }
}
