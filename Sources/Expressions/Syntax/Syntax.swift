/// The syntax tree of an expression: what was written, before names and types are looked at.
///
/// Equality ignores positions, so that a GROUP BY expression can be matched with a SELECT item.
/// Chains of AND, OR, `+`, `*` and `||` are flat, whatever their length; everything else nests at
/// most ``ExpressionLimits/nestingMax`` levels.
package struct Syntax: Sendable, Equatable {
    /// UTF-8 position of the operator or the function name; of the first byte for anything else.
    package let position: Int
    package let form: Form

    package init(_ form: Form, at position: Int) {
        self.form = form
        self.position = position
    }

    package static func == (left: Syntax, right: Syntax) -> Bool { left.form == right.form }

    package indirect enum Form: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int64)
        case double(Double)
        case string(ExactText)
        case bytes([UInt8])
        /// Milliseconds since the epoch.
        case timestamp(Int64)
        /// Milliseconds.
        case duration(Int64)
        case name(QualifiedName)
        case call(Call)
        case cast(Cast)
        case conditional(Conditional)
        case and([Syntax])
        case or([Syntax])
        case not(Syntax)
        /// `first op operand op operand …` of one precedence, to be taken from the left.
        case arithmetic(first: Syntax, rest: [ArithmeticTerm])
        case concatenation([Syntax])
        case sign(isNegative: Bool, Syntax)
        case comparison(Comparator, Syntax, Syntax)
        case between(isNegated: Bool, Syntax, low: Syntax, high: Syntax)
        case membership(isNegated: Bool, Syntax, [Syntax])
        case like(Like)
        case regex(RegexMatch)
        case search(SearchOperator, isNegated: Bool, Syntax, Syntax)
        case test(Test, isNegated: Bool, Syntax)
        case distinct(isNegated: Bool, Syntax, Syntax)
    }

    /// A name and the path behind it: `a.b`, `payload.lines[0]."odd key"['k'][-1]`.
    package struct QualifiedName: Sendable, Equatable {
        /// The first segment.
        package let first: ExactText
        /// Whether the first segment was quoted, so that it is never special.
        package let isQuoted: Bool
        package let steps: [Step]

        package init(first: ExactText, isQuoted: Bool = false, steps: [Step] = []) {
            self.first = first
            self.isQuoted = isQuoted
            self.steps = steps
        }

        /// A plain, undotted name.
        package init(_ name: String) { self.init(first: ExactText(name)) }
    }

    /// What follows a name.
    package struct Step: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// `.name` or `."name"`.
            case dotted(ExactText)
            /// `['name']`.
            case key(ExactText)
            /// `[-1]`.
            case element(Int)
        }

        package let kind: Kind
        /// UTF-8 position of the name after the dot, or of the `[`.
        package let position: Int

        package init(_ kind: Kind, at position: Int) {
            self.kind = kind
            self.position = position
        }

        package static func == (left: Step, right: Step) -> Bool { left.kind == right.kind }
    }

    /// A function call: plain, special form (`SUBSTRING(s FROM 2)` is SUBSTRING(s, 2)), or aggregate.
    package struct Call: Sendable, Equatable {
        /// In ASCII upper case.
        package let name: String
        package let arguments: [Syntax]
        /// `COUNT(*)`.
        package let isStar: Bool
        /// `COUNT(DISTINCT x)`.
        package let isDistinct: Bool
        /// `… FILTER (WHERE c)`.
        package let filter: Syntax?

        package init(
            name: String, arguments: [Syntax], isStar: Bool = false, isDistinct: Bool = false,
            filter: Syntax? = nil
        ) {
            self.name = name
            self.arguments = arguments
            self.isStar = isStar
            self.isDistinct = isDistinct
            self.filter = filter
        }
    }

    /// `CAST(x AS type)` or `TRY_CAST(x AS type)`.
    package struct Cast: Sendable, Equatable {
        package let operand: Syntax
        /// In ASCII upper case, as written.
        package let typeName: String
        package let typePosition: Int
        package let isTry: Bool

        package static func == (left: Cast, right: Cast) -> Bool {
            left.operand == right.operand && left.typeName == right.typeName
                && left.isTry == right.isTry
        }
    }

    /// CASE: with an operand the simple form, else the searched one.
    package struct Conditional: Sendable, Equatable {
        package let operand: Syntax?
        package let branches: [Branch]
        package let otherwise: Syntax?
    }

    package struct Branch: Sendable, Equatable {
        package let condition: Syntax
        package let result: Syntax
    }

    package struct ArithmeticTerm: Sendable, Equatable {
        package let operation: ArithmeticOperator
        package let position: Int
        package let operand: Syntax

        package static func == (left: ArithmeticTerm, right: ArithmeticTerm) -> Bool {
            left.operation == right.operation && left.operand == right.operand
        }
    }

    package struct Like: Sendable, Equatable {
        package let isNegated: Bool
        /// ILIKE.
        package let isCaseless: Bool
        package let subject: Syntax
        package let pattern: Syntax
        package let escape: Syntax?
    }

    package struct RegexMatch: Sendable, Equatable {
        package let isNegated: Bool
        package let isCaseless: Bool
        package let subject: Syntax
        package let pattern: Syntax
    }

    package enum ArithmeticOperator: String, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
    }

    package enum Comparator: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        /// Whether it needs an order, not only equality.
        package var isOrdering: Bool { self != .equal && self != .notEqual }
    }

    package enum SearchOperator: String, Sendable, CaseIterable {
        case contains = "CONTAINS"
        case startsWith = "STARTSWITH"
        case endsWith = "ENDSWITH"
    }

    package enum Test: String, Sendable, CaseIterable {
        case null = "NULL"
        case `true` = "TRUE"
        case `false` = "FALSE"
        case unknown = "UNKNOWN"
    }
}
