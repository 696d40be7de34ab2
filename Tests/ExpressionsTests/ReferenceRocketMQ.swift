@testable import Expressions

/// RocketMQ's decision about a record whose properties are text (EXPRESSIONS.md §5, §7, §10, §17):
/// its own grammar only, by a walk of the tree.
struct ReferenceRocketMQ {
    let record: TestRecord

    struct Failure: Error {}

    func condition(_ syntax: Syntax) throws(Failure) -> Bool? {
        switch syntax.form {
        case .bool(let value): return value
        // Text is FALSE, even 'true'.
        case .name: return text(syntax) == nil ? nil : false
        case .not(let operand): return try condition(operand).map { !$0 }
        case .and(let terms): return try chain(terms, stop: false)
        case .or(let terms): return try chain(terms, stop: true)
        case .test(.null, let isNegated, let operand):
            return (text(operand) == nil) != isNegated
        case .membership(let isNegated, let operand, let elements):
            guard let value = text(operand) else { return nil }
            return elements.contains { text($0) == value } != isNegated
        case .between(let isNegated, let operand, let low, let high):
            let above = try compare(.greaterOrEqual, operand, low)
            if above == false { return isNegated }
            let below = try compare(.lessOrEqual, operand, high)
            if below == false { return isNegated }
            return above == nil || below == nil ? nil : !isNegated
        case .search(let search, let isNegated, let left, let right):
            guard let text = text(left), let needle = self.text(right), !needle.isEmpty else {
                return false
            }
            let isFound =
                switch search {
                case .contains: text.contains(needle)
                case .startsWith: text.hasPrefix(needle)
                case .endsWith: text.hasSuffix(needle)
                }
            return isFound != isNegated
        case .comparison(let comparator, let left, let right):
            return try compare(comparator, left, right)
        default: return nil
        }
    }

    /// AND (`stop` false) and OR (`stop` true): the first decisive term or error ends it.
    private func chain(_ terms: [Syntax], stop: Bool) throws(Failure) -> Bool? {
        var result: Bool? = !stop
        for term in terms {
            let truth = try condition(term)
            if truth == stop { return stop }
            if truth == nil { result = nil }
        }
        return result
    }

    private func text(_ syntax: Syntax) -> String? {
        switch syntax.form {
        case .string(let text): return text.string
        case .name(let name):
            guard case .string(let text)? = record.values(name.first.string).last else {
                return nil
            }
            return text
        default: return nil
        }
    }

    private func compare(
        _ comparator: Syntax.Comparator, _ left: Syntax, _ right: Syntax
    ) throws(Failure) -> Bool? {
        guard let value = text(left) else {
            // Two NULLs are equal; one on the left is UNKNOWN.
            if comparator.isOrdering { return nil }
            guard case .name = right.form, text(right) == nil else { return nil }
            return comparator == .equal
        }
        switch right.form {
        case .name:
            guard let other = text(right) else {
                return comparator.isOrdering ? nil : comparator == .notEqual
            }
            guard comparator.isOrdering else { return (value == other) == (comparator == .equal) }
            return Self.holds(comparator, try Self.double(value), try Self.double(other))
        case .string(let other): return (value == other.string) == (comparator == .equal)
        case .bool(let wanted):
            return ((value.lowercased() == "true") == wanted) == (comparator == .equal)
        case .double(let wanted): return Self.holds(comparator, try Self.double(value), wanted)
        default: break
        }
        guard let wanted = Self.integer(right) else { throw Failure() }
        let number: Int64
        if Int32(exactly: wanted) != nil {
            guard let small = Int32(value) else { throw Failure() }
            number = Int64(small)
        } else {
            guard let large = Int64(value) else { throw Failure() }
            number = large
        }
        switch comparator {
        case .equal: return number == wanted
        case .notEqual: return number != wanted
        case .less: return number < wanted
        case .lessOrEqual: return number <= wanted
        case .greater: return number > wanted
        case .greaterOrEqual: return number >= wanted
        }
    }

    private static func integer(_ syntax: Syntax) -> Int64? {
        switch syntax.form {
        case .integer(let value): value
        case .sign(let isNegative, let operand): integer(operand).map { isNegative ? -$0 : $0 }
        default: nil
        }
    }

    /// `Double.compareTo`: NaN is above all and equal to itself, -0.0 is below 0.0.
    private static func holds(
        _ comparator: Syntax.Comparator, _ left: Double, _ right: Double
    ) -> Bool {
        func key(_ value: Double) -> (Int, Double, Int) {
            value.isNaN ? (1, 0, 0) : (0, value, value.sign == .minus ? 0 : 1)
        }
        let (first, second) = (key(left), key(right))
        return switch comparator {
        case .equal: first == second
        case .notEqual: first != second
        case .less: first < second
        case .lessOrEqual: first <= second
        case .greater: first > second
        case .greaterOrEqual: first >= second
        }
    }

    /// What `Double.valueOf` reads of the texts that the random records have.
    private static func double(_ text: String) throws(Failure) -> Double {
        var text = text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        if text == "NaN" { return .nan }
        if text == "Infinity" { return .infinity }
        if text.last == "d" { text.removeLast() }
        guard text.wholeMatch(of: /[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?/) != nil,
            let value = Double(String(text))
        else { throw Failure() }
        return value
    }
}
