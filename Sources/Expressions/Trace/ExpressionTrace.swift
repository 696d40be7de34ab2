import Bytes

/// An expression taken apart, to say of one record what each clause gave: `sluice filter why`.
///
/// Every sub-expression is a root of one program, so the values are those of the filter's own code.
package struct ExpressionTrace: Sendable {
    /// A sub-expression.
    private struct Part: Sendable {
        let syntax: Syntax
        let root: RootIndex
        let children: [Part]
    }

    package let program: Program
    private let whole: Part

    /// Compiles an expression and all its parts.
    ///
    /// - Throws: the first mistake, as ``Expression/compile(_:options:)`` does.
    package init(
        _ source: String, options: CompileOptions = CompileOptions()
    ) throws(ExpressionError) {
        var builder = ProgramBuilder(options)
        let always = Syntax(.bool(true), at: 0)
        let syntax = try ExpressionParser.parse(source, dialect: options.dialect) ?? always
        let root = try builder.addCondition(syntax)
        whole = Part(syntax: syntax, root: root, children: Self.parts(of: syntax, &builder))
        program = builder.build()
    }

    /// The parts below a sub-expression; literals say themselves.
    private static func parts(of syntax: Syntax, _ builder: inout ProgramBuilder) -> [Part] {
        var parts: [Part] = []
        for child in syntax.children where !child.isLiteral {
            let root: RootIndex
            do throws(ExpressionError) {
                root =
                    child.isLogical
                    ? try builder.addCondition(child) : try builder.addValue(child)
            } catch {
                // Text that means something only where it stands has no value of its own.
                continue
            }
            // `a = a` names one value twice.
            guard syntax.isConnective || !parts.contains(where: { $0.syntax == child }) else {
                continue
            }
            parts.append(
                Part(syntax: child, root: root, children: Self.parts(of: child, &builder)))
        }
        return parts
    }

    /// What the clauses give for one row of a source.
    ///
    /// - Parameters:
    ///   - source: the rows.
    ///   - row: the one that is asked about.
    ///   - now: the value of `NOW()`.
    /// - Returns: the whole condition, with its parts below it.
    package func evaluate<Source: FieldSource & ~Escapable>(
        _ source: inout Source, row: Int32, now: Int64
    ) -> TraceTerm {
        var evaluator = Evaluator(program)
        evaluator.begin(now: now)
        var selection = Selection()
        selection.append(row)
        for root in 0..<program.rootCount {
            evaluator.evaluate(RootIndex(rawValue: root), &source, selection)
        }
        let input = source.input
        return term(whole, evaluator, input, Int(row), isReached: true)
    }

    private func term(
        _ part: Part, _ evaluator: Evaluator, _ input: RawSpan, _ row: Int, isReached: Bool
    ) -> TraceTerm {
        let (syntax, root, parts) = (part.syntax, part.root, part.children)
        let cell = evaluator.column(root)[row]
        let homes = evaluator.textHomes(input: input)
        let isCondition = program.roots[root.rawValue].isCondition || syntax.isPredicate
        var children: [TraceTerm] = []
        var isNextReached = isReached
        for child in parts {
            let term = term(child, evaluator, input, row, isReached: isNextReached)
            children.append(term)
            switch syntax.form {
            case .and: isNextReached = isNextReached && !term.outcome.endsAnd
            case .or: isNextReached = isNextReached && !term.outcome.endsOr
            default: break
            }
        }
        return TraceTerm(
            text: syntax.description, isCondition: isCondition,
            outcome: TraceTerm.Outcome(cell, homes, isCondition: isCondition),
            isReached: isReached, children: children)
    }
}

extension Syntax {
    /// Whether it is AND or OR.
    fileprivate var isConnective: Bool {
        switch form {
        case .and, .or: true
        default: false
        }
    }

    /// Whether it is AND, OR or NOT: its parts are conditions.
    fileprivate var isLogical: Bool {
        switch form {
        case .and, .or, .not: true
        default: false
        }
    }

    /// Whether its value is a truth value by its form.
    fileprivate var isPredicate: Bool {
        switch form {
        case .and, .or, .not, .comparison, .between, .membership, .like, .regex, .search, .test,
            .distinct:
            true
        default: false
        }
    }

    fileprivate var isLiteral: Bool {
        switch form {
        case .null, .bool, .integer, .double, .string, .bytes, .timestamp, .duration: true
        case .sign(_, let operand): operand.isLiteral
        default: false
        }
    }
}
