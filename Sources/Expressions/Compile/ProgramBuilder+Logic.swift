import Bytes

/// AND, OR, comparisons and tests: EXPRESSIONS.md §4–§7.
extension ProgramBuilder {
    /// A chain of AND or OR: flattened, and its terms put in the cheapest order that is allowed.
    mutating func logic(
        _ operation: Operation, _ terms: [Syntax]
    ) throws(ExpressionError) -> Int32 {
        var operands: [Int32] = []
        for term in terms {
            let node = try condition(term)
            if nodes[Int(node)].operation == operation {
                operands += nodes[Int(node)].operands
            } else {
                operands.append(node)
            }
        }
        return logic(operation, operands: operands)
    }

    mutating func logic(_ operation: Operation, operands: [Int32]) -> Int32 {
        var operands = operands
        if operation == .or { operands = mergingEqualities(operands) }
        let ordered = order(operands)
        return ordered.count == 1 ? ordered[0] : emit(operation, ordered, cost: 0)
    }

    /// Sorts by cost between terms that can end in an error: those stay where they are, and
    /// nothing passes them, because AND stops at the first FALSE or error (§16).
    private func order(_ operands: [Int32]) -> [Int32] {
        var result: [Int32] = []
        var run: [Int32] = []
        func sorted() -> [Int32] {
            run.enumerated().sorted {
                let left = nodes[Int($0.element)].cost
                let right = nodes[Int($1.element)].cost
                return left != right ? left < right : $0.offset < $1.offset
            }.map(\.element)
        }
        for operand in operands {
            if nodes[Int(operand)].canRaise {
                result += sorted()
                run = []
                result.append(operand)
            } else {
                run.append(operand)
            }
        }
        return result + sorted()
    }

    /// `a = 1 OR a = 2 OR …` is `a IN (1, 2, …)`: one look-up instead of many comparisons.
    private mutating func mergingEqualities(_ operands: [Int32]) -> [Int32] {
        guard dialect != .rocketmq, operands.count > 2 else { return operands }
        var result: [Int32] = []
        var index = 0
        while index < operands.count {
            let first = nodes[Int(operands[index])]
            var constants: [Int32] = []
            var end = index
            while end < operands.count, first.operation == .equal {
                let node = nodes[Int(operands[end])]
                guard node.operation == .equal, node.operands[0] == first.operands[0],
                    let cell = constantCell(node.operands[1]), cell.kind != .null
                else { break }
                constants.append(node.operands[1])
                end += 1
            }
            if constants.count > 2, let set = set(constants) {
                result.append(emit(.inSet, [first.operands[0]], immediate: Int64(set), cost: 3))
                index = end
            } else {
                result.append(operands[index])
                index += 1
            }
        }
        return result
    }

    // MARK: Comparisons

    mutating func compare(
        _ comparator: Syntax.Comparator, _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        try checkNull(left, right, at: position)
        return try compareChecked(comparator, left, right, at: position)
    }

    private mutating func checkNull(
        _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) {
        guard type(left) == .null || type(right) == .null else { return }
        guard dialect == .sluice else {
            throw ExpressionError(.type, at: position, "NULL cannot be compared; use IS NULL")
        }
        warn(position, "a comparison with NULL is never true; use IS NULL")
    }

    private mutating func compareChecked(
        _ comparator: Syntax.Comparator, _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        var left = left
        var right = right
        if comparator.isOrdering { try checkOrdering(left, right, at: position) }
        if dialect == .rocketmq {
            try checkRocketMQ(comparator, left, right, at: position)
        } else {
            left = try timestampLiteral(left, beside: right, at: position)
            right = try timestampLiteral(right, beside: left, at: position)
        }
        if dialect == .sluice { try checkComparable(left, right, at: position) }
        var operation = comparator.operation
        if dialect != .rocketmq, constantCell(left) != nil, constantCell(right) == nil {
            swap(&left, &right)
            operation = comparator.mirrored.operation
        }
        return emit(operation, [left, right], raises: dialect == .rocketmq, cost: 2)
    }

    private func checkOrdering(
        _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) {
        guard type(left) == .known(.bool) || type(right) == .known(.bool) else { return }
        throw ExpressionError(.type, at: position, "BOOL has no order; only = and <> compare it")
    }

    /// What RocketMQ refuses when a subscription is made (§17).
    private func checkRocketMQ(
        _ comparator: Syntax.Comparator, _ left: Int32, _ right: Int32, at position: Int
    ) throws(ExpressionError) {
        let cells = [constantCell(left), constantCell(right)]
        if comparator.isOrdering, cells.contains(where: { $0?.kind == .string }) {
            throw ExpressionError(.type, at: position, "a text has no order in this dialect")
        }
        if let left = cells[0], let right = cells[1], left.kind == .bool, right.kind != .bool {
            throw ExpressionError(
                .type, at: position, "BOOL cannot be compared with \(right.kind)")
        }
    }

    /// A text literal beside a TIMESTAMP becomes one; text that is none is a static error (§4).
    private mutating func timestampLiteral(
        _ node: Int32, beside other: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        guard type(other) == .known(.timestamp), type(node) == .known(.string),
            let text = constantText(node)
        else { return node }
        guard let value = TimestampText.parse(text.rawSpan) else {
            throw ExpressionError(
                .type, at: position,
                "'\(String(decoding: text, as: UTF8.self))' is no timestamp; "
                    + "write 2024-02-29T12:30:00.000Z")
        }
        return constant(.timestamp(value), type: .known(.timestamp))
    }

    /// Types that are both known must be comparable (§4).
    func checkComparable(_ left: Int32, _ right: Int32, at position: Int) throws(ExpressionError) {
        guard case .known(let leftType) = type(left), case .known(let rightType) = type(right),
            !leftType.isComparable(with: rightType)
        else { return }
        let hint = leftType == .json || rightType == .json ? "" : "; use CAST"
        throw ExpressionError(
            .type, at: position,
            "\(leftType.name) cannot be compared with \(rightType.name)\(hint)")
    }

    mutating func distinct(
        _ left: Syntax, _ right: Syntax, at position: Int
    ) throws(ExpressionError) -> Int32 {
        var leftNode = try value(left)
        var rightNode = try value(right)
        if dialect != .rocketmq {
            leftNode = try timestampLiteral(leftNode, beside: rightNode, at: position)
            rightNode = try timestampLiteral(rightNode, beside: leftNode, at: position)
        }
        if dialect == .sluice { try checkComparable(leftNode, rightNode, at: position) }
        return emit(
            .notDistinct, [leftNode, rightNode], raises: dialect == .rocketmq, cost: 2)
    }

    mutating func test(
        _ test: Syntax.Test, _ operand: Syntax
    ) throws(ExpressionError) -> Int32 {
        switch test {
        case .null: emit(.isNull, [try value(operand)])
        case .true: emit(.isTrue, [try condition(operand)])
        case .false: emit(.isFalse, [try condition(operand)])
        case .unknown: emit(.isUnknown, [try condition(operand)])
        }
    }
}

extension Syntax.Comparator {
    var operation: Operation {
        switch self {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }

    /// The comparator with its sides exchanged.
    var mirrored: Syntax.Comparator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}

extension ValueType {
    var isNumber: Bool { self == .int || self == .double }
    var isText: Bool { self == .string || self == .bytes }

    /// Whether values of both types, known when compiling, may be compared (§4).
    func isComparable(with other: ValueType) -> Bool {
        if self == .json || other == .json { return false }
        if self == other || isNumber && other.isNumber || isText && other.isText { return true }
        let time = self == .timestamp ? other : other == .timestamp ? self : nil
        return time.map { $0.isNumber || $0 == .string } ?? false
    }
}
