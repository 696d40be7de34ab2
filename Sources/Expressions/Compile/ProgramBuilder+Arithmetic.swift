import Bytes

/// Arithmetic, `||`, CASE and casts: EXPRESSIONS.md §8 and §11.
extension ProgramBuilder {
    /// A chain is taken from the left in a loop, whatever its length.
    mutating func arithmetic(
        _ first: Syntax, _ rest: [Syntax.ArithmeticTerm]
    ) throws(ExpressionError) -> Int32 {
        var left = try value(first)
        for term in rest {
            let right = try value(term.operand)
            left = try binary(term.operation.operation, left, right, at: term.position)
        }
        return left
    }

    mutating func binary(
        _ operation: Operation, _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        if dialect != .sluice, type(left) == .null || type(right) == .null {
            throw ExpressionError(.type, at: position, "NULL is no operand in this dialect")
        }
        // `jms`: plus concatenates when its left side is text (§8).
        if dialect == .jms, operation == .add, type(left) == .known(.string) {
            return emit(.concatenate, [left, right], type: .known(.string), cost: 4)
        }
        if dialect == .jms, operation == .add, type(left) == .dynamic,
            type(right) == .known(.string)
        {
            return emit(operation, [left, right], type: .dynamic, cost: 4)
        }
        let type = try arithmeticType(operation, type(left), type(right), at: position)
        if let folded = folded(operation, left, right) { return constant(folded, type: type) }
        return emit(operation, [left, right], type: type, cost: 2)
    }

    /// The result of two constants; nil if there is none, because each NULL that arithmetic makes
    /// is counted where it is evaluated (§8).
    private func folded(_ operation: Operation, _ left: Int32, _ right: Int32) -> Cell? {
        guard let left = constantCell(left), let right = constantCell(right), !left.isText,
            !right.isText
        else { return nil }
        var arithmetic = Arithmetic(dialect)
        let homes = TextHomes(
            input: tables.text.rawSpan, arena: tables.text.rawSpan,
            constants: tables.text.rawSpan)
        let result = arithmetic.apply(operation, left, right, homes)
        return result.kind == .null ? nil : result
    }

    private func arithmeticType(
        _ operation: Operation, _ left: StaticType, _ right: StaticType, at position: Int
    ) throws(ExpressionError) -> StaticType {
        for side in [left, right] {
            guard case .known(let type) = side else { continue }
            let isTime = type == .timestamp || type == .duration
            let allowsTime = operation == .add || operation == .subtract
            guard type.isNumber || isTime && allowsTime else {
                let hint = type == .string ? "; use CAST" : ""
                throw ExpressionError(
                    .type, at: position, "\(type.name) has no arithmetic of this kind\(hint)")
            }
        }
        switch (left, right) {
        case (.known(let left), .known(let right)):
            if left.isNumber, right.isNumber {
                let isInteger = left == .int && right == .int
                let divides = operation == .divide && dialect == .jms
                return .known(isInteger && !divides ? .int : .double)
            }
            guard let type = timeType(operation, left, right) else {
                throw ExpressionError(
                    .type, at: position,
                    "\(left.name) and \(right.name) cannot be put together like this")
            }
            return .known(type)
        case (.null, _), (_, .null): return .null
        case (.known(let known), .dynamic), (.dynamic, .known(let known)):
            return known == .double ? .known(.double) : .dynamic
        case (.dynamic, .dynamic): return .dynamic
        }
    }

    private func timeType(
        _ operation: Operation, _ left: ValueType, _ right: ValueType
    ) -> ValueType? {
        switch (left, right) {
        case (.timestamp, .duration): .timestamp
        case (.duration, .timestamp): operation == .add ? .timestamp : nil
        case (.timestamp, .timestamp): operation == .subtract ? .duration : nil
        case (.duration, .duration): .duration
        default: nil
        }
    }

    mutating func sign(
        isNegative: Bool, _ operand: Syntax, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let node = try value(operand)
        // RocketMQ's plus is nothing at all, and its minus of text is NULL (§17).
        if dialect == .rocketmq, !isNegative { return node }
        let type = type(node)
        if case .known(let known) = type, !known.isNumber, known != .duration,
            dialect != .rocketmq || known != .string
        {
            throw ExpressionError(.type, at: position, "\(known.name) has no sign")
        }
        return emit(isNegative ? .negate : .positive, [node], type: type)
    }

    // MARK: Text

    mutating func concatenation(
        _ terms: [Syntax], at position: Int
    ) throws(ExpressionError) -> Int32 {
        var operands: [Int32] = []
        for term in terms {
            let node = try value(term)
            if case .known(let type) = type(node), !type.hasText {
                throw ExpressionError(.type, at: position, "\(type.name) has no text; use CAST")
            }
            operands.append(node)
        }
        return emit(.concatenate, operands, type: .known(.string), cost: 4)
    }

    // MARK: CASE

    mutating func conditional(
        _ conditional: Syntax.Conditional, at position: Int
    ) throws(ExpressionError) -> Int32 {
        var conditions: [Int32] = []
        var results: [Int32] = []
        let operand = try conditional.operand.map { syntax throws(ExpressionError) in
            try value(syntax)
        }
        for branch in conditional.branches {
            if let operand {
                let wanted = try value(branch.condition)
                conditions.append(try caseEquality(operand, wanted, at: branch.condition.start))
            } else {
                conditions.append(try condition(branch.condition))
            }
            results.append(try value(branch.result))
        }
        if let otherwise = conditional.otherwise { results.append(try value(otherwise)) }
        return try select(conditions, results, at: position)
    }

    /// `CASE x WHEN NULL` never matches, but is allowed: it uses `=` (§11).
    private mutating func caseEquality(
        _ operand: Int32, _ wanted: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        if type(operand) == .null || type(wanted) == .null {
            return constant(.null, type: .null)
        }
        return try compare(.equal, operand, wanted, at: position)
    }

    /// The result of the first condition that is TRUE; one result more than conditions is ELSE.
    mutating func select(
        _ conditions: [Int32], _ results: [Int32], at position: Int
    ) throws(ExpressionError) -> Int32 {
        let (type, unified) = try unify(results, at: position)
        var operands: [Int32] = []
        for (condition, result) in zip(conditions, unified) { operands += [condition, result] }
        if unified.count > conditions.count { operands += unified.suffix(1) }
        return emit(.conditional, operands, type: type, cost: 2)
    }

    /// The common type of branches: those that are known must agree; INT beside DOUBLE is DOUBLE.
    mutating func unify(
        _ nodes: [Int32], at position: Int
    ) throws(ExpressionError) -> (StaticType, [Int32]) {
        var known: ValueType?
        for node in nodes {
            guard case .known(let type) = type(node) else { continue }
            guard let present = known, present != type else {
                known = type
                continue
            }
            guard present.isNumber, type.isNumber else {
                throw ExpressionError(
                    .type, at: position,
                    "the results are \(present.name) and \(type.name); they must be of one type")
            }
            known = .double
        }
        guard let known else {
            return (nodes.contains { type($0) == .dynamic } ? .dynamic : .null, nodes)
        }
        var unified = nodes
        if known == .double {
            for index in nodes.indices where type(nodes[index]) == .known(.int) {
                unified[index] = emit(.widen, [nodes[index]], type: .known(.double))
            }
        }
        let isDynamic = nodes.contains { type($0) == .dynamic }
        return (isDynamic ? .dynamic : .known(known), unified)
    }

    // MARK: CAST

    private static let castTypes: [String: ValueType] = [
        "INT": .int, "INTEGER": .int, "BIGINT": .int, "LONG": .int, "SMALLINT": .int,
        "DOUBLE": .double, "FLOAT": .double, "REAL": .double,
        "STRING": .string, "VARCHAR": .string, "TEXT": .string, "CHAR": .string,
        "BOOLEAN": .bool, "BOOL": .bool, "TIMESTAMP": .timestamp,
        "BYTES": .bytes, "BINARY": .bytes, "VARBINARY": .bytes,
    ]

    /// The names of types that CAST takes, in ASCII upper case, sorted.
    package static let castTypeNames = castTypes.keys.sorted()

    mutating func cast(_ cast: Syntax.Cast, at position: Int) throws(ExpressionError) -> Int32 {
        guard let target = Self.castTypes[cast.typeName] else {
            let isDecimal = cast.typeName == "DECIMAL" || cast.typeName == "NUMERIC"
            throw ExpressionError(
                .type, at: cast.typePosition,
                "there is no type \(cast.typeName)" + (isDecimal ? "; use DOUBLE or BIGINT" : ""),
                suggestion: isDecimal
                    ? nil : NearestName.find(cast.typeName, in: Self.castTypeNames))
        }
        let operand = try value(cast.operand)
        var raises = !cast.isTry
        if case .known(let source) = type(operand) {
            if source == target { return operand }
            guard source.isCastable(to: target) else {
                throw ExpressionError(
                    .type, at: position, "\(source.name) cannot be cast to \(target.name)")
            }
            raises = raises && source.mayFailCast(to: target)
        }
        let index = ValueType.allCases.firstIndex(of: target) ?? 0
        return emit(
            .cast, [operand], immediate: Int64(index * 2 + (cast.isTry ? 1 : 0)),
            type: .known(target), raises: raises, cost: 6)
    }
}

extension Syntax.ArithmeticOperator {
    var operation: Operation {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .remainder: .remainder
        }
    }
}

extension ValueType {
    /// Whether `||` can turn it into text (§4).
    var hasText: Bool {
        switch self {
        case .string, .int, .double, .bool, .timestamp: true
        case .bytes, .duration, .json: false
        }
    }

    /// The table of §11.
    func isCastable(to target: ValueType) -> Bool {
        switch target {
        case .int: isNumber || self == .string || self == .bool || self == .timestamp
        case .double: isNumber || self == .string
        case .string: self != .duration
        case .bool: isNumber || self == .string || self == .bool
        case .timestamp: self == .string || self == .int || self == .timestamp
        case .bytes: isText
        case .duration, .json: false
        }
    }

    /// Whether some value of the type has no equivalent in `target`.
    func mayFailCast(to target: ValueType) -> Bool {
        switch (self, target) {
        case (.string, .bytes), (.bool, _), (.timestamp, _), (.json, .string): false
        case (.int, _), (.double, .string), (.double, .bool): false
        default: true
        }
    }
}
