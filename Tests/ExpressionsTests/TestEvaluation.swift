import Bytes

@testable import Expressions

/// What a condition gave for a row.
enum TestOutcome: Equatable, Sendable, CustomStringConvertible {
    case match
    case no
    case unknown
    case error(EvaluationError)

    /// As the vector files spell it.
    var description: String {
        switch self {
        case .match: "match"
        case .no: "no"
        case .unknown: "unknown"
        case .error(.cast): "error:cast"
        case .error(.regexLimit): "error:regex-limit"
        case .error(.evaluation): "error:eval"
        case .error(.pattern): "error:pattern"
        }
    }
}

/// Filters the records by a program's first root.
func outcomes(
    _ program: Program, _ records: [TestRecord], now: Int64 = 0
) -> [TestOutcome] {
    let block = TestBlock(records)
    var evaluator = Evaluator(program)
    evaluator.begin(now: now)
    let bytes = block.bytes
    var rows = TestRows(block, input: bytes.rawSpan)
    var selection = Selection(all: records.count)
    evaluator.filter(Expression.condition, &rows, &selection)
    let kept = Set(selection.rows)
    let errors = Dictionary(
        evaluator.errorRows.map { ($0.row, $0.error) }, uniquingKeysWith: { first, _ in first })
    // FALSE and UNKNOWN are told apart by evaluating the condition as a value.
    let all = Selection(all: records.count)
    evaluator.evaluate(Expression.condition, &rows, all)
    let column = evaluator.column(Expression.condition)
    return (0..<records.count).map { row in
        if kept.contains(Int32(row)) { return .match }
        if let error = errors[Int32(row)] { return .error(error) }
        return column[row].kind == .null ? .unknown : .no
    }
}

/// Compiles and evaluates a condition over one record.
func outcome(
    _ source: String, _ record: TestRecord = TestRecord(),
    _ options: CompileOptions = CompileOptions(), now: Int64 = 0
) throws -> TestOutcome {
    outcomes(try Expression.compile(source, options: options), [record], now: now)[0]
}
