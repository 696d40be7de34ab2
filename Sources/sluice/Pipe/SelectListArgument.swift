import Expressions
import Filters
import Records

/// A select list, compiled: `carrier, dep_delay + arr_delay AS delay`.
struct SelectListArgument {
    let program: Program
    let values: [RootIndex]
    /// The member names of the objects, in the order of the list.
    let names: [String]

    /// - Throws: a usage failure that shows the mistake in the text.
    init(_ text: String, format: PayloadFormat) throws {
        do throws(ExpressionError) {
            var builder = ProgramBuilder(CompileOptions(shape: RowShape(format)))
            var tokens = try TokenStream(text)
            var values: [RootIndex] = []
            var names: [String] = []
            repeat {
                let position = tokens.current.position
                let syntax = try ExpressionParser.parse(&tokens)
                let name = try Self.name(&tokens, of: syntax, number: names.count + 1)
                guard !names.contains(name) else {
                    throw ExpressionError(
                        .name, at: position,
                        "two columns are called '\(name)'; rename one with AS")
                }
                values.append(try builder.addValue(syntax))
                names.append(name)
            } while tokens.take(.comma)
            try tokens.expectEnd()
            program = builder.build()
            self.values = values
            self.names = names
        } catch {
            throw CommandFailure.expression(error, in: text, of: "--select")
        }
    }

    /// The name after AS; else that of the field; else `column_N`.
    private static func name(
        _ tokens: inout TokenStream, of syntax: Syntax, number: Int
    ) throws(ExpressionError) -> String {
        if tokens.take("AS") || tokens.current.kind == .name {
            guard tokens.current.kind == .name || tokens.current.kind == .quotedName else {
                throw tokens.unexpected(expected: "a name for the column")
            }
            return tokens.advance().text
        }
        return syntax.columnName ?? "column_\(number)"
    }
}

extension Syntax {
    /// The name that a column gets by itself: that of the field it reads.
    fileprivate var columnName: String? {
        guard case .name(let name) = form else { return nil }
        for step in name.steps.reversed() {
            switch step.kind {
            case .dotted(let text), .key(let text): return text.string
            case .element: continue
            }
        }
        return name.first.string
    }
}
