import ArgumentParser
import Expressions
import Records

/// An expression on the command line, and the rules by which it is read.
struct ExpressionArguments: ParsableArguments {
    @Argument(help: "The condition, as --where takes it.")
    var expression: String

    @Option(help: "Whose rules: sluice, rocketmq (SQL92 of its clients) or jms (selectors).")
    var dialect = DialectArgument.sluice

    @Option(
        help: ArgumentHelp(
            """
            What a bare name means: properties (a header), json (a field of the payload) or csv \
            (a column; needs --columns).
            """, valueName: "shape"))
    var shape: ShapeArgument?

    @Option(
        help: ArgumentHelp("The columns of csv rows, by commas.", valueName: "names"))
    var columns: String?

    /// The dialects' names.
    enum DialectArgument: String, CaseIterable, ExpressibleByArgument {
        case sluice, rocketmq, jms

        var dialect: Dialect {
            switch self {
            case .sluice: .sluice
            case .rocketmq: .rocketmq
            case .jms: .jms
            }
        }
    }

    /// The row shapes that can be chosen.
    enum ShapeArgument: String, CaseIterable, ExpressibleByArgument {
        case properties, json, csv
    }

    mutating func validate() throws {
        if shape == .csv, columns == nil {
            throw ValidationError("--shape csv needs the columns. Name them with --columns a,b,c.")
        }
        if columns != nil, let shape, shape != .csv {
            throw ValidationError("--columns goes with --shape csv. Leave one of them out.")
        }
    }

    /// The shape that is meant: JSON for expressions of our own, because files and imports of them
    /// are; properties in the dialects of clients, which know nothing else (EXPRESSIONS.md §14).
    var rowShape: RowShape {
        if let columns {
            return .csv(columns: columns.split(separator: ",").map { String($0) })
        }
        switch shape {
        case .properties: return .properties
        case .json: return .json
        case .csv, nil: return dialect == .sluice ? .json : .properties
        }
    }

    /// Compiles the condition, for rows of another shape than the options say if one is given.
    ///
    /// - Throws: a usage failure that shows the mistake in the text.
    func compile(shape: RowShape? = nil) throws -> Program {
        let shape = dialect == .sluice ? shape ?? rowShape : rowShape
        return try Self.compile(
            expression, CompileOptions(dialect: dialect.dialect, shape: shape))
    }

    /// Compiles a condition.
    static func compile(_ text: String, _ options: CompileOptions) throws -> Program {
        do throws(ExpressionError) {
            return try Expression.compile(text, options: options)
        } catch {
            throw CommandFailure.expression(error, in: text, of: "expression")
        }
    }
}
