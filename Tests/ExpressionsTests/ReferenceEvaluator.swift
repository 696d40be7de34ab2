import Bytes

@testable import Expressions

/// The language, evaluated by walking the tree for one record: slow, and simple enough to be seen
/// to be right.
///
/// Shares no code with the program's steps but number and timestamp texts.
struct ReferenceEvaluator {
    let dialect: Dialect
    let record: TestRecord

    struct Failure: Error {
        let error: EvaluationError
    }

    // MARK: Conditions

    /// TRUE, FALSE or nil for UNKNOWN.
    func condition(_ syntax: Syntax) throws(Failure) -> Bool? {
        switch try value(syntax) {
        case .bool(let value): return value
        case .string(let text) where dialect == .sluice:
            switch text.lowercased() {
            case "true": return true
            case "false": return false
            default: return nil
            }
        default: return nil
        }
    }

    private func truth(_ value: Bool?) -> TestValue { value.map { .bool($0) } ?? .null }

    private func not(_ value: Bool?) -> Bool? { value.map { !$0 } }

    // MARK: Values

    func value(_ syntax: Syntax) throws(Failure) -> TestValue {
        switch syntax.form {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value.string)
        case .bytes(let value): return .bytes(value)
        case .timestamp(let value): return .timestamp(value)
        case .duration(let value): return .duration(value)
        case .name(let name):
            if dialect == .sluice, let attribute = RecordAttribute(rawValue: name.first.string) {
                return name.steps.isEmpty ? record.attribute(attribute) : payload(name.steps)
            }
            return record.values(name.first.string).last ?? .null
        case .and(let terms): return truth(try and(terms))
        case .or(let terms): return truth(try or(terms))
        case .not(let operand): return truth(not(try condition(operand)))
        case .comparison(let comparator, let left, let right):
            let leftValue = try value(left)
            return truth(compare(comparator, leftValue, try value(right)))
        case .between(let isNegated, let operand, let low, let high):
            let result = try between(operand, low, high)
            return truth(isNegated ? not(result) : result)
        case .membership(let isNegated, let operand, let elements):
            let result = try member(operand, elements)
            return truth(isNegated ? not(result) : result)
        case .test(let test, let isNegated, let operand):
            return .bool(try self.test(test, operand) != isNegated)
        case .distinct(let isNegated, let left, let right):
            let leftValue = try value(left)
            let rightValue = try value(right)
            let isSame =
                leftValue.isNull || rightValue.isNull
                ? leftValue.isNull && rightValue.isNull
                : compare(.equal, leftValue, rightValue) == true
            return .bool(isSame == isNegated)
        case .like(let like):
            let result = try self.like(like)
            return truth(like.isNegated ? not(result) : result)
        case .search(let search, let isNegated, let left, let right):
            let result = try self.search(search, left, right)
            return truth(isNegated ? not(result) : result)
        case .sign(let isNegative, let operand):
            return sign(isNegative, try value(operand))
        case .arithmetic(let first, let rest):
            var result = try value(first)
            for term in rest {
                result = arithmetic(term.operation, result, try value(term.operand))
            }
            return result
        case .concatenation(let terms):
            var texts: [String?] = []
            for term in terms { texts.append(text(try value(term))) }
            return texts.contains(nil) ? .null : .string(texts.compactMap { $0 }.joined())
        case .conditional(let conditional): return try self.conditional(conditional)
        case .cast(let cast): return try self.cast(cast)
        case .call(let call): return try self.call(call)
        case .regex: return .null
        }
    }

    private func and(_ terms: [Syntax]) throws(Failure) -> Bool? {
        var result: Bool? = true
        for term in terms {
            let truth = try condition(term)
            if truth == false { return false }
            if truth == nil { result = nil }
        }
        return result
    }

    private func or(_ terms: [Syntax]) throws(Failure) -> Bool? {
        var result: Bool? = false
        for term in terms {
            let truth = try condition(term)
            if truth == true { return true }
            if truth == nil { result = nil }
        }
        return result
    }

    private func between(
        _ operand: Syntax, _ low: Syntax, _ high: Syntax
    ) throws(Failure) -> Bool? {
        let value = try value(operand)
        let above = compare(.greaterOrEqual, value, try self.value(low))
        if above == false { return false }
        let below = compare(.lessOrEqual, value, try self.value(high))
        if below == false { return false }
        return above == nil || below == nil ? nil : true
    }

    private func member(_ operand: Syntax, _ elements: [Syntax]) throws(Failure) -> Bool? {
        let wanted = try value(operand)
        var result: Bool? = false
        for element in elements {
            switch compare(.equal, wanted, try value(element)) {
            case true: return true
            case false: break
            default: result = nil
            }
        }
        return result
    }

    private func test(_ test: Syntax.Test, _ operand: Syntax) throws(Failure) -> Bool {
        switch test {
        case .null: try value(operand).isNull
        case .true: try condition(operand) == true
        case .false: try condition(operand) == false
        case .unknown: try condition(operand) == nil
        }
    }

    // MARK: Text

    func text(_ value: TestValue) -> String? {
        switch value {
        case .string(let text): text
        case .int(let value): String(value)
        case .double(let value): "\(value)"
        case .bool(let value): value ? "true" : "false"
        case .timestamp(let value):
            {
                var bytes: [UInt8] = []
                TimestampText.append(value, to: &bytes)
                return String(decoding: bytes, as: UTF8.self)
            }()
        default: nil
        }
    }

    private func like(_ like: Syntax.Like) throws(Failure) -> Bool? {
        let subject = try value(like.subject)
        guard case .string(let pattern) = try value(like.pattern), !subject.isNull else {
            return nil
        }
        guard case .string(let text) = subject else { return dialect == .jms ? false : nil }
        return ReferenceLike.matches(
            Array(text.unicodeScalars), Array(pattern.unicodeScalars),
            isCaseless: like.isCaseless)
    }

    private func search(
        _ search: Syntax.SearchOperator, _ left: Syntax, _ right: Syntax
    ) throws(Failure) -> Bool? {
        if search == .contains, let elements = elements(left) {
            let wanted = try value(right)
            return wanted.isNull ? nil : elements.contains { compare(.equal, $0, wanted) == true }
        }
        let leftValue = try value(left)
        guard case .string(let needle) = try value(right), case .string(let text) = leftValue else {
            return nil
        }
        let bytes = Array(text.utf8)
        let wanted = Array(needle.utf8)
        switch search {
        case .startsWith: return bytes.starts(with: wanted)
        case .endsWith: return bytes.reversed().starts(with: wanted.reversed())
        case .contains:
            return (0...bytes.count).contains { bytes[$0...].starts(with: wanted) }
        }
    }

    // MARK: Choices

    private func conditional(_ conditional: Syntax.Conditional) throws(Failure) -> TestValue {
        for branch in conditional.branches {
            let isTaken: Bool
            if let operand = conditional.operand {
                let wanted = try value(operand)
                isTaken = compare(.equal, wanted, try value(branch.condition)) == true
            } else {
                isTaken = try condition(branch.condition) == true
            }
            if isTaken { return try choice(branch.result, among: conditional.results) }
        }
        guard let otherwise = conditional.otherwise else { return .null }
        return try choice(otherwise, among: conditional.results)
    }

    /// The value of a branch: an integer literal beside a double literal is a double, as the types of
    /// branches must agree (EXPRESSIONS.md §11).
    ///
    /// Other branches of both types are not told apart here.
    private func choice(_ taken: Syntax, among branches: [Syntax]) throws(Failure) -> TestValue {
        let value = try value(taken)
        let isMixed = branches.contains { if case .double = $0.form { true } else { false } }
        guard isMixed, case .integer = taken.form, case .int(let number) = value else {
            return value
        }
        return .double(Double(number))
    }

    private func call(_ call: Syntax.Call) throws(Failure) -> TestValue {
        let arguments = call.arguments
        switch call.name {
        case "IF":
            let taken = try condition(arguments[0]) == true ? arguments[1] : arguments[2]
            return try choice(taken, among: Array(arguments[1...]))
        case "COALESCE":
            for argument in arguments {
                let value = try choice(argument, among: arguments)
                if !value.isNull { return value }
            }
            return .null
        case "NULLIF":
            let left = try value(arguments[0])
            return compare(.equal, left, try value(arguments[1])) == true ? .null : left
        case "LENGTH":
            guard case .string(let text) = try value(arguments[0]) else { return .null }
            return .int(Int64(text.unicodeScalars.count))
        case "SUBSTRING", "LEFT", "RIGHT", "REPLACE", "POSITION", "CONCAT", "OCTET_LENGTH":
            return try textCall(call)
        case "GREATEST", "LEAST": return try extreme(call)
        case "SIGN":
            switch number(try value(arguments[0])) {
            case .int(let value): return .int(value.signum())
            case .double(let value):
                return value.isNaN ? .null : .double(value > 0 ? 1 : value < 0 ? -1 : value)
            default: return .null
            }
        case "ABS":
            switch number(try value(arguments[0])) {
            case .int(let value): return value == .min ? .null : .int(abs(value))
            case .double(let value): return value.isNaN ? .null : .double(abs(value))
            default: return .null
            }
        default: return .null
        }
    }

    private func cast(_ cast: Syntax.Cast) throws(Failure) -> TestValue {
        let value = try value(cast.operand)
        if value.isNull { return .null }
        let result: TestValue?
        switch (cast.typeName, value) {
        case ("INT", .int): result = value
        case ("INT", .bool(let value)): result = .int(value ? 1 : 0)
        case ("INT", .timestamp(let value)): result = .int(value)
        case ("INT", .double(let value)):
            result = value.isFinite && abs(value) < 0x1p63 ? .int(Int64(value)) : nil
        case ("INT", .bytes): result = nil
        case ("INT", .string(let text)):
            let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            result = Int64(String(trimmed)).map { .int($0) }
        case (_, .bytes(let bytes)):
            result = String(validating: bytes, as: UTF8.self).map { .string($0) }
        default: result = text(value).map { .string($0) }
        }
        if let result { return result }
        if cast.isTry { return .null }
        throw Failure(error: .cast)
    }
}

extension TestValue {
    var isNull: Bool { if case .null = self { true } else { false } }
}

extension Syntax.Conditional {
    /// The results of all branches.
    fileprivate var results: [Syntax] { branches.map(\.result) + (otherwise.map { [$0] } ?? []) }
}
