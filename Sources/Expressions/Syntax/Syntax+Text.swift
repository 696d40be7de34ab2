extension Syntax: CustomStringConvertible {
    /// The expression in canonical text: it parses to an equal tree.
    package var description: String { text(minimum: .or) }

    /// Precedence, loosest first (EXPRESSIONS.md §6).
    private enum Level: Int, Comparable {
        case or, and, not, test, predicate, concatenation, additive, multiplicative, unary

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private var level: Level {
        switch form {
        case .or: .or
        case .and: .and
        case .not: .not
        case .test, .distinct: .test
        case .comparison, .between, .membership, .like, .regex, .search: .predicate
        case .concatenation: .concatenation
        case .arithmetic(_, let rest):
            switch rest.first?.operation {
            case .add, .subtract: .additive
            default: .multiplicative
            }
        default: .unary
        }
    }

    private func text(minimum: Level) -> String {
        level < minimum ? "(\(text))" : text
    }

    private var text: String {
        switch form {
        case .null: return "NULL"
        case .bool(let value): return value ? "TRUE" : "FALSE"
        case .integer(let value): return String(value)
        case .double(let value): return "\(value)"
        case .string(let value): return Syntax.quote(value.string, "'")
        case .bytes(let value): return "X'\(value.map(Syntax.hex).joined())'"
        case .timestamp(let value): return "TIMESTAMP '\(Syntax.timestampText(value))'"
        case .duration(let value): return "INTERVAL '\(value)' MILLISECOND"
        case .name(let name): return name.description
        case .call(let call): return call.description
        case .cast(let cast):
            return "\(cast.isTry ? "TRY_CAST" : "CAST")(\(cast.operand) AS \(cast.typeName))"
        case .conditional(let conditional): return conditional.description
        case .and(let terms):
            return terms.map { $0.text(minimum: .not) }.joined(separator: " AND ")
        case .or(let terms):
            return terms.map { $0.text(minimum: .and) }.joined(separator: " OR ")
        case .not(let operand): return "NOT \(operand.text(minimum: .not))"
        case .arithmetic(let first, let rest):
            let operand: Level = level == .additive ? .multiplicative : .unary
            return rest.reduce(first.text(minimum: operand)) {
                "\($0) \($1.operation.rawValue) \($1.operand.text(minimum: operand))"
            }
        case .concatenation(let terms):
            return terms.map { $0.text(minimum: .additive) }.joined(separator: " || ")
        case .sign(let isNegative, let operand):
            // The blank keeps `- -a` from becoming a comment.
            return "\(isNegative ? "- " : "+ ")\(operand.signedText)"
        case .test(let test, let isNegated, let operand):
            return "\(operand.text(minimum: .test)) IS \(isNegated ? "NOT " : "")\(test.rawValue)"
        case .distinct(let isNegated, let left, let right):
            return "\(left.text(minimum: .test)) IS \(isNegated ? "NOT " : "")DISTINCT FROM "
                + right.text(minimum: .predicate)
        default: return predicateText
        }
    }

    /// The operand of a sign: a number gets parentheses, or the sign would become part of it.
    private var signedText: String {
        switch form {
        case .integer, .double: "(\(text))"
        default: text(minimum: .unary)
        }
    }

    private var predicateText: String {
        func operand(_ syntax: Syntax) -> String { syntax.text(minimum: .concatenation) }
        func not(_ isNegated: Bool) -> String { isNegated ? "NOT " : "" }
        switch form {
        case .comparison(let comparator, let left, let right):
            return "\(operand(left)) \(comparator.rawValue) \(operand(right))"
        case .between(let isNegated, let value, let low, let high):
            return "\(operand(value)) \(not(isNegated))BETWEEN \(operand(low)) AND \(operand(high))"
        case .membership(let isNegated, let value, let elements):
            let list = elements.map(operand).joined(separator: ", ")
            return "\(operand(value)) \(not(isNegated))IN (\(list))"
        case .like(let like):
            let escape = like.escape.map { " ESCAPE \($0)" } ?? ""
            let word = like.isCaseless ? "ILIKE" : "LIKE"
            return "\(operand(like.subject)) \(not(like.isNegated))\(word) "
                + operand(like.pattern) + escape
        case .regex(let regex):
            let symbol = (regex.isNegated ? "!~" : "~") + (regex.isCaseless ? "*" : "")
            return "\(operand(regex.subject)) \(symbol) \(operand(regex.pattern))"
        case .search(let search, let isNegated, let left, let right):
            return "\(operand(left)) \(not(isNegated))\(search.rawValue) \(operand(right))"
        default: return ""
        }
    }

    /// The name as it is if it may stand behind a dot without quotes; nil if not.
    static func plainName(_ name: String) -> String? {
        let isPlain =
            !name.isEmpty && !(0x30...0x39).contains(name.utf8.first ?? 0)
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || $0 == 0x5F
            }
        return isPlain ? name : nil
    }

    static func quote(_ text: String, _ mark: Character) -> String {
        var result = String(mark)
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if Character(scalar) == mark { result.append(mark) }
        }
        result.append(mark)
        return result
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func timestampText(_ milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        TimestampText.append(milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Syntax.QualifiedName: CustomStringConvertible {
    package var description: String {
        steps.reduce(
            isQuoted || !Self.isBare(first.string) ? Syntax.quote(first.string, "\"") : first.string
        ) {
            switch $1.kind {
            case .dotted(let name):
                // Keywords may follow a dot.
                "\($0).\(Self.isName(name.string) ? name.string : Syntax.quote(name.string, "\""))"
            case .key(let name): "\($0)[\(Syntax.quote(name.string, "'"))]"
            case .element(let index): "\($0)[\(index)]"
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return (first == "_" || first == "$" || first.properties.isXIDStart)
            && text.unicodeScalars.allSatisfy {
                $0 == "_" || $0 == "$" || $0.properties.isXIDContinue
            }
    }

    /// Whether the text can stand as the first segment without quotes.
    private static func isBare(_ text: String) -> Bool {
        isName(text)
            && !(text.utf8.allSatisfy { $0 < 0x80 } && Token.reserved.contains(text.uppercased()))
    }
}

extension Syntax.Call: CustomStringConvertible {
    package var description: String {
        let list = arguments.map(\.description)
        let content: String =
            switch name {
            case "POSITION" where list.count == 2: "\(list[0]) IN \(list[1])"
            case "EXTRACT" where list.count == 2:
                "\(list[0].dropFirst().dropLast()) FROM \(list[1])"
            default: isStar ? "*" : (isDistinct ? "DISTINCT " : "") + list.joined(separator: ", ")
            }
        return "\(name)(\(content))" + (filter.map { " FILTER (WHERE \($0))" } ?? "")
    }
}

extension Syntax.Conditional: CustomStringConvertible {
    package var description: String {
        // Parentheses: after CASE only some operands are told from a property called `case`.
        let head = operand.map { "CASE (\($0))" } ?? "CASE"
        let middle = branches.map { " WHEN \($0.condition) THEN \($0.result)" }.joined()
        return head + middle + (otherwise.map { " ELSE \($0)" } ?? "") + " END"
    }
}
