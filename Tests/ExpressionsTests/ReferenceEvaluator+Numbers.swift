import Bytes

@testable import Expressions

/// Comparisons and arithmetic of the reference.
extension ReferenceEvaluator {
    /// What a comparison found: an order, or why there is none.
    private enum Order {
        case less, equal, greater
        /// Not equal, without an order.
        case different
        case unlike
        case unknown
    }

    func compare(
        _ comparator: Syntax.Comparator, _ left: TestValue, _ right: TestValue
    ) -> Bool? {
        if left.isNull || right.isNull { return nil }
        let unlike: Bool? = dialect == .jms ? comparator == .notEqual : nil
        switch order(left, right) {
        case .unknown: return nil
        case .unlike: return unlike
        case .different:
            guard !comparator.isOrdering else { return dialect == .jms ? false : nil }
            return comparator == .notEqual
        case .less: return [.less, .lessOrEqual, .notEqual].contains(comparator)
        case .greater: return [.greater, .greaterOrEqual, .notEqual].contains(comparator)
        case .equal:
            // Truth values can be equal, but are not ordered.
            if comparator.isOrdering, left.isTruth || right.isTruth {
                return dialect == .jms ? false : nil
            }
            return [.equal, .lessOrEqual, .greaterOrEqual].contains(comparator)
        }
    }

    private func order(_ left: TestValue, _ right: TestValue) -> Order {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            return bytes(Array(left.utf8), Array(right.utf8))
        case (.bytes(let left), .bytes(let right)): return bytes(left, right)
        case (.string(let left), .bytes(let right)): return bytes(Array(left.utf8), right)
        case (.bytes(let left), .string(let right)): return bytes(left, Array(right.utf8))
        case (.bool(let left), .bool(let right)): return left == right ? .equal : .different
        case (.duration(let left), .duration(let right)): return integers(left, right)
        case (.string(let text), _):
            guard dialect == .sluice else { return .unlike }
            return read(text, like: right).map { order($0, right) } ?? .unknown
        case (_, .string(let text)):
            guard dialect == .sluice else { return .unlike }
            return read(text, like: left).map { order(left, $0) } ?? .unknown
        default: break
        }
        switch (left.scalar, right.scalar) {
        case (.int(let left), .int(let right)): return integers(left, right)
        case (.int(let left), .double(let right)): return mixed(left, right)
        case (.double(let left), .int(let right)):
            switch mixed(right, left) {
            case .less: return .greater
            case .greater: return .less
            default: return .equal
            }
        case (.double(let left), .double(let right)):
            if left.isNaN || right.isNaN {
                return left.isNaN && right.isNaN ? .equal : left.isNaN ? .greater : .less
            }
            return left < right ? .less : left > right ? .greater : .equal
        default: return .unlike
        }
    }

    /// Text as the other value's type; nil if it is none.
    private func read(_ text: String, like other: TestValue) -> TestValue? {
        switch other {
        case .int, .double: return ReferenceNumber.parse(text)
        case .bool:
            let lower = text.lowercased()
            return lower == "true" ? .bool(true) : lower == "false" ? .bool(false) : nil
        case .timestamp:
            return TimestampText.parse(Array(text.utf8).rawSpan).map { .timestamp($0) }
        default: return nil
        }
    }

    private func bytes(_ left: [UInt8], _ right: [UInt8]) -> Order {
        left == right ? .equal : left.lexicographicallyPrecedes(right) ? .less : .greater
    }

    private func integers(_ left: Int64, _ right: Int64) -> Order {
        left < right ? .less : left > right ? .greater : .equal
    }

    private func mixed(_ left: Int64, _ right: Double) -> Order {
        if right.isNaN || right >= 9_223_372_036_854_775_808 { return .less }
        if right < -9_223_372_036_854_775_808 { return .greater }
        let floor = right.rounded(.down)
        let order = integers(left, Int64(floor))
        return order == .equal && floor < right ? .less : order
    }

    // MARK: Arithmetic

    /// A number, or text as one; NULL for everything else.
    func number(_ value: TestValue) -> TestValue {
        switch value {
        case .int, .double: value
        case .string(let text): dialect == .jms ? .null : ReferenceNumber.parse(text) ?? .null
        default: .null
        }
    }

    func sign(_ isNegative: Bool, _ value: TestValue) -> TestValue {
        if case .duration(let bits) = value { return isNegative ? .duration(-bits) : value }
        switch number(value) {
        case .int(let value):
            guard isNegative else { return .int(value) }
            return value == .min ? .null : .int(-value)
        case .double(let value):
            guard isNegative else { return .double(value) }
            return value.isNaN ? .null : .double(-value)
        default: return .null
        }
    }

    func arithmetic(
        _ operation: Syntax.ArithmeticOperator, _ left: TestValue, _ right: TestValue
    ) -> TestValue {
        if dialect == .jms, operation == .add, case .string(let left) = left {
            return text(right).map { .string(left + $0) } ?? .null
        }
        if let result = time(operation, left, right) { return result }
        switch (number(left), number(right)) {
        case (.int(let left), .int(let right)):
            guard dialect == .jms, operation == .divide else {
                return wide(operation, left, right)
            }
            return doubles(operation, Double(left), Double(right))
        case (.int(let left), .double(let right)):
            return doubles(operation, Double(left), right)
        case (.double(let left), .int(let right)):
            return doubles(operation, left, Double(right))
        case (.double(let left), .double(let right)): return doubles(operation, left, right)
        default: return .null
        }
    }

    private func time(
        _ operation: Syntax.ArithmeticOperator, _ left: TestValue, _ right: TestValue
    ) -> TestValue? {
        switch (left, operation, right) {
        case (.timestamp(let left), .add, .duration(let right)),
            (.duration(let left), .add, .timestamp(let right)):
            return exact(Int128(left) + Int128(right)).map { .timestamp($0) } ?? .null
        case (.timestamp(let left), .subtract, .duration(let right)):
            return exact(Int128(left) - Int128(right)).map { .timestamp($0) } ?? .null
        case (.timestamp(let left), .subtract, .timestamp(let right)):
            return exact(Int128(left) - Int128(right)).map { .duration($0) } ?? .null
        case (.timestamp, _, _), (_, _, .timestamp), (.duration, _, _), (_, _, .duration):
            return .null
        default: return nil
        }
    }

    private func exact(_ value: Int128) -> Int64? { Int64(exactly: value) }

    /// In twice the width nothing overflows; what does not fit afterwards is NULL.
    private func wide(
        _ operation: Syntax.ArithmeticOperator, _ left: Int64, _ right: Int64
    ) -> TestValue {
        let left = Int128(left)
        let right = Int128(right)
        switch operation {
        case .add: return exact(left + right).map { .int($0) } ?? .null
        case .subtract: return exact(left - right).map { .int($0) } ?? .null
        case .multiply: return exact(left * right).map { .int($0) } ?? .null
        case .divide: return right == 0 ? .null : exact(left / right).map { .int($0) } ?? .null
        case .remainder: return right == 0 ? .null : exact(left % right).map { .int($0) } ?? .null
        }
    }

    private func doubles(
        _ operation: Syntax.ArithmeticOperator, _ left: Double, _ right: Double
    ) -> TestValue {
        let result: Double
        switch operation {
        case .add: result = left + right
        case .subtract: result = left - right
        case .multiply: result = left * right
        case .divide: result = right == 0 ? .nan : left / right
        case .remainder:
            result = right == 0 ? .nan : left.truncatingRemainder(dividingBy: right)
        }
        let overflows = result.isInfinite && left.isFinite && right.isFinite
        return result.isNaN || overflows ? .null : .double(result)
    }
}

extension TestValue {
    fileprivate var isTruth: Bool { if case .bool = self { true } else { false } }

    /// A number, or a timestamp as its milliseconds.
    fileprivate var scalar: TestValue {
        if case .timestamp(let value) = self { .int(value) } else { self }
    }
}

/// Numbers as text, by the pattern of EXPRESSIONS.md §4.
enum ReferenceNumber {
    static func parse(_ text: String) -> TestValue? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }),
            text.wholeMatch(of: /[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?/) != nil
        else { return nil }
        if text.wholeMatch(of: /[+\-]?[0-9]+/) != nil, let value = Int64(text) {
            return .int(value)
        }
        return Double(text).map { .double($0) }
    }
}

/// LIKE by its definition: a `%` is tried with every length.
enum ReferenceLike {
    static func matches(
        _ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar], isCaseless: Bool
    ) -> Bool {
        // reachable[i]: the pattern so far can match text[..<i].
        var reachable = [Bool](repeating: false, count: text.count + 1)
        reachable[0] = true
        for element in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            for start in 0...text.count where reachable[start] {
                switch element {
                case "%": for end in start...text.count { next[end] = true }
                case "_": if start < text.count { next[start + 1] = true }
                default:
                    if start < text.count, same(text[start], element, isCaseless) {
                        next[start + 1] = true
                    }
                }
            }
            reachable = next
        }
        return reachable[text.count]
    }

    private static func same(
        _ left: Unicode.Scalar, _ right: Unicode.Scalar, _ isCaseless: Bool
    ) -> Bool {
        guard isCaseless else { return left == right }
        return left.properties.lowercaseMapping.unicodeScalars
            .elementsEqual(right.properties.lowercaseMapping.unicodeScalars)
    }
}
