package import Bytes
package import Expressions
package import Records

/// Keeps the records for which a condition of the expression language is TRUE (EXPRESSIONS.md).
package struct SQLFilter: CompiledFilter {
    private var evaluator: Evaluator
    private var fields = RecordFieldState()
    /// The names of the program's fields in summaries.
    private let fieldNames: [String]
    /// See ``Program/rowCountMax``.
    private let rowCountMax: Int

    /// Compiles a condition.
    package init(_ source: String, options: CompileOptions) throws(ExpressionError) {
        let program = try Expression.compile(source, options: options)
        evaluator = Evaluator(program)
        rowCountMax = program.rowCountMax
        fieldNames = program.fields.map(\.description)
    }

    /// The compiled condition: its fields, warnings and listing.
    package var program: Program { evaluator.program }

    package mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection, report: inout FilterReport
    ) {
        guard selection.count > rowCountMax else {
            selectPiece(from: block, of: stream, now: now, selection: &selection, report: &report)
            return
        }
        var kept = Selection()
        for start in stride(from: 0, to: selection.count, by: rowCountMax) {
            var piece = Selection()
            for row in selection.rows[start...].prefix(rowCountMax) { piece.append(row) }
            selectPiece(from: block, of: stream, now: now, selection: &piece, report: &report)
            for row in piece.rows { kept.append(row) }
        }
        selection = kept
    }

    private mutating func selectPiece(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection, report: inout FilterReport
    ) {
        let before = evaluator.counters
        let malformedBefore = fields.malformedCount
        var source = RecordFieldSource(block, of: stream, taking: &fields)
        evaluator.begin(now: now)
        evaluator.filter(Expression.condition, &source, &selection)
        source.finish(into: &fields)

        let after = evaluator.counters
        report.refused[Self.place] += after.refused - before.refused
        report.unknown += after.unknown - before.unknown
        report.undefinedArithmetic += after.undefinedArithmetic - before.undefinedArithmetic
        report.malformed += fields.malformedCount - malformedBefore
        if report.firstMalformed == nil { report.firstMalformed = fields.firstMalformed }
        for row in evaluator.errorRows { report.note(row) }
    }

    package var summarizedFields: [FieldReference] {
        program.fields.filter(BlockSummaryBuilder.isSummarized)
    }

    package func possibleTruths(_ summary: BlockSummary) -> PossibleTruths {
        program.possibleTruths(
            Expression.condition, fieldNames.map { summary.summary(named: $0) })
    }

    /// The language's place in the catalogue.
    private static let place = FilterCatalogue.place(of: name)
}

extension SQLFilter: FilterLanguage {
    package static var name: String { "sql" }

    private enum OptionName {
        static let dialect = "dialect"
    }

    /// A clause of this language.
    package static func clause(_ text: String, dialect: Dialect = .sluice) -> FilterClause {
        let options = dialect == .sluice ? [:] : [OptionName.dialect: dialect.rawValue]
        return FilterClause(language: name, text: Array(text.utf8), options: options)
    }

    package static func compile(
        _ clause: FilterClause, options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter {
        let options = try compileOptions(clause, options)
        do throws(ExpressionError) {
            return try SQLFilter(clause.source, options: options)
        } catch {
            throw .sql(error)
        }
    }

    /// How the condition of a clause is compiled.
    static func compileOptions(
        _ clause: FilterClause, _ options: FilterOptions
    ) throws(FilterError) -> CompileOptions {
        try clause.requireOptions([OptionName.dialect])
        let text = clause[option: OptionName.dialect] ?? Dialect.sluice.rawValue
        guard let dialect = Dialect(rawValue: text) else {
            throw .option(
                language: name, name: OptionName.dialect, value: text,
                known: Dialect.allCases.map(\.rawValue))
        }
        return CompileOptions(
            dialect: dialect, shape: shape(options.format, dialect),
            allowsVolatile: options.allowsVolatile)
    }

    /// The clients' dialects know only properties, whatever the topic's format (§14).
    private static func shape(_ format: PayloadFormat, _ dialect: Dialect) -> RowShape {
        guard dialect == .sluice else { return .properties }
        return RowShape(format)
    }
}

extension RowShape {
    /// The shape of records with payloads of that format.
    package init(_ format: PayloadFormat) {
        self =
            switch format {
            case .raw: .properties
            case .json: .json
            case .csv(let columns): .csv(columns: columns)
            }
    }
}
