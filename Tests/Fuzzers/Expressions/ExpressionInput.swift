import Bytes
import Expressions

/// An input of the expression fuzzer: a byte for the dialect and the shape, an expression, and behind
/// a zero byte a payload.
enum ExpressionInput {
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let dialect = Dialect.allCases[Int(first) % Dialect.allCases.count]
        let shape: RowShape = first & 0x80 == 0 ? .properties : .json
        let rest = bytes.dropFirst()
        let end = rest.firstIndex(of: 0) ?? rest.endIndex
        let source = String(decoding: rest[..<end], as: UTF8.self)
        let payload = Array(rest[end...].dropFirst())
        let program: Program
        do throws(ExpressionError) {
            program = try Expression.compile(
                source, options: CompileOptions(dialect: dialect, shape: shape))
        } catch {
            precondition(error.at >= 0 && error.at <= source.utf8.count, "the place is outside")
            precondition(!error.rendered(in: source).isEmpty, "nothing is said")
            return
        }
        _ = program.explain()
        evaluate(program, payload)
        readAgain(source, dialect)
    }

    /// The canonical text of an expression means the same.
    private static func readAgain(_ source: String, _ dialect: Dialect) {
        guard dialect == .sluice, let syntax = try? ExpressionParser.parse(source) else { return }
        let text = syntax.description
        guard text.utf8.count <= ExpressionLimits.expressionByteCountMax else { return }
        guard let again = try? ExpressionParser.parse(text) else {
            preconditionFailure("the canonical text is refused: \(text)")
        }
        precondition(again == syntax, "the canonical text is another expression: \(text)")
    }

    /// Equal records get equal results, wherever they stand in a batch.
    private static func evaluate(_ program: Program, _ payload: [UInt8]) {
        var evaluator = Evaluator(program)
        for _ in 0..<2 {
            evaluator.begin(now: 1_700_000_000_000)
            var rows = InputRows(payload: payload.count, input: payload.rawSpan)
            var selection = Selection(all: InputRows.rowCount)
            let before = evaluator.counters
            evaluator.filter(Expression.condition, &rows, &selection)
            let after = evaluator.counters
            let errorCount = evaluator.errorRows.count
            let counts = [
                after.kept - before.kept, after.refused - before.refused,
                after.unknown - before.unknown, errorCount,
            ]
            precondition(counts.reduce(0, +) == InputRows.rowCount, "a record is not counted")
            precondition(counts.contains(InputRows.rowCount), "equal records, different results")
        }
    }
}

/// A batch of one record, three times: properties of every type and the payload.
struct InputRows: FieldSource, ~Escapable {
    static let rowCount = 3
    private let payload: Int
    let input: RawSpan

    @_lifetime(copy input)
    init(payload: Int, input: RawSpan) {
        self.payload = payload
        self.input = input
    }

    var count: Int { Self.rowCount }

    mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn], arena: inout [UInt8]
    ) {
        for (index, field) in fields.enumerated() {
            for row in selection.rows { columns[index][Int(row)] = cell(field, &arena) }
        }
    }

    private func cell(_ field: FieldReference, _ arena: inout [UInt8]) -> Cell {
        switch field {
        case .attribute(.payload), .attribute(.key):
            let kind: CellKind = UTF8Text.isValid(input) ? .string : .bytes
            return Cell(kind: kind, count: UInt32(payload), bits: 0)
        case .attribute(.timestamp): return .timestamp(1_356_998_400_123)
        case .attribute(.offset), .attribute(.partition): return .int(.max)
        case .attribute: return .null
        case .payload(let path):
            var extractor = JSONExtractor([path])
            _ = extractor.extract(input, start: 0, arena: &arena)
            return extractor.cell(0)
        case .headerCount: return .int(2)
        case .property(let name), .header(let name, _): return property(name)
        case .csv, .column: return .null
        }
    }

    /// The name's length chooses the type.
    private func property(_ name: String) -> Cell {
        switch name.utf8.count % 6 {
        case 1: .int(Int64(name.utf8.first ?? 0) - 100)
        case 2: .double(1e19)
        case 3: .bool(true)
        case 4: Cell(kind: .duration, bits: .min)
        case 5: .int(.min)
        default: .null
        }
    }
}
