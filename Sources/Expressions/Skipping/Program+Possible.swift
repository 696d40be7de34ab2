import Bytes

/// What a condition may say of the records of a block, from the summaries of its fields: each step
/// is computed over the sets of values instead of the values.
///
/// Sound for every expression, since a step that is not understood may have any result. Terms are
/// taken one by one, so what only several fields together exclude is not seen.
extension Program {
    /// The truth values that a root condition may have.
    ///
    /// - Parameters:
    ///   - root: a condition.
    ///   - summaries: one for each of ``fields``, in their order; nil if there is none.
    /// - Returns: at least the values that the condition has for the block's records.
    /// - Complexity: O(steps), besides O(values) for fields of few values; recursion is as deep as
    ///   the expression, which is limited.
    package func possibleTruths(
        _ root: RootIndex, _ summaries: [FieldSummary?]
    ) -> PossibleTruths {
        possible(roots[root.rawValue].node, summaries)
    }

    private func possible(_ index: Int, _ summaries: [FieldSummary?]) -> PossibleTruths {
        let step = nodes[index]
        switch step.operation {
        case .and: return .and(step.operands.map { possible(Int($0), summaries) })
        case .or: return .or(step.operands.map { possible(Int($0), summaries) })
        case .not: return possible(Int(step.operands[0]), summaries).negated
        case .isTrue: return test(step, for: .yes, summaries)
        case .isFalse: return test(step, for: .no, summaries)
        case .isUnknown: return test(step, for: .unknown, summaries)
        case .constant:
            let cell = tables.constants[Int(step.immediate)]
            return cell.kind == .bool || cell.kind == .null
                ? PossibleTruths(Truth.of(cell, noText, options.dialect)) : .all
        case .isNull: return isNull(step, summaries)
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .notDistinct:
            return comparison(step, summaries)
        case .inSet, .like, .regex:
            guard let summary = summary(of: step.operands[0], summaries) else { return .all }
            if summary.values != nil { return exactly(step, summary) }
            switch step.operation {
            case .inSet: return member(Int(step.immediate), summary)
            case .like: return like(tables.likes[Int(step.immediate)], summary)
            default: return .all
            }
        case .startsWith: return startsWith(step, summaries)
        default: return .all
        }
    }

    private func test(
        _ step: Node, for wanted: PossibleTruths, _ summaries: [FieldSummary?]
    ) -> PossibleTruths {
        let truths = possible(Int(step.operands[0]), summaries)
        var result = truths.intersection(.error)
        if truths.contains(wanted) { result.insert(.yes) }
        if !truths.subtracting([wanted, .error]).isEmpty { result.insert(.no) }
        return result
    }

    /// No text: for cells of which it is known that they are none.
    private var noText: TextHomes {
        @_lifetime(borrow self)
        get {
            let constants = tables.text.rawSpan
            return TextHomes(input: constants, arena: constants, constants: constants)
        }
    }

    private func summary(of node: Int32, _ summaries: [FieldSummary?]) -> FieldSummary? {
        let step = nodes[Int(node)]
        guard step.operation == .field else { return nil }
        return summaries[Int(step.immediate)]
    }

    private func constant(_ node: Int32) -> Cell? {
        let step = nodes[Int(node)]
        guard step.operation == .constant else { return nil }
        return tables.constants[Int(step.immediate)]
    }

    private func isNull(_ step: Node, _ summaries: [FieldSummary?]) -> PossibleTruths {
        guard let summary = summary(of: step.operands[0], summaries) else { return .all }
        var result: PossibleTruths = []
        if summary.nullCount > 0 { result.insert(.yes) }
        if summary.nullCount < summary.rowCount { result.insert(.no) }
        return result
    }

    // MARK: Few values

    /// The results for each value that occurs: the step itself decides, by all rules of its
    /// dialect.
    private func exactly(_ step: Node, _ summary: FieldSummary) -> PossibleTruths {
        var column = CellColumn()
        column.cells = summary.values ?? []
        if summary.nullCount > 0 { column.cells.append(.null) }
        let rows = Selection(all: column.cells.count)
        var truths = [UInt8](repeating: 0, count: column.cells.count)
        let values = Operand(column, isPooled: false)
        do {
            let homes = TextHomes(
                input: summary.text.rawSpan, arena: summary.text.rawSpan,
                constants: tables.text.rawSpan)
            let index = Int(step.immediate)
            switch step.operation {
            case .inSet: member(index, values, homes, rows, &truths)
            case .like: like(tables.likes[index], values, homes, rows, &truths)
            case .regex: regex(index, values, homes, rows, &truths)
            default:
                if let right = constant(step.operands[1]) {
                    pair(step, values, Operand(constant: right), homes, rows, &truths)
                } else if let left = constant(step.operands[0]) {
                    pair(step, Operand(constant: left), values, homes, rows, &truths)
                } else {
                    return .all
                }
            }
        }
        return truths.reduce([]) { $0.union(PossibleTruths($1)) }
    }

    // MARK: Comparisons

    private func comparison(_ step: Node, _ summaries: [FieldSummary?]) -> PossibleTruths {
        let left = summary(of: step.operands[0], summaries)
        guard let summary = left ?? self.summary(of: step.operands[1], summaries),
            let constant = constant(step.operands[left == nil ? 0 : 1])
        else { return .all }
        if summary.values != nil { return exactly(step, summary) }
        // RocketMQ reads text as numbers in its own way: only single values tell.
        guard options.dialect != .rocketmq, step.operation != .notDistinct else { return .all }
        let comparer = Comparer(step.operation, options.dialect)
        var result: PossibleTruths = []
        if summary.nullCount > 0 {
            result.insert(PossibleTruths(comparer.truth(.null, constant, noText)))
        }
        guard let orders = orders(summary, constant) else { return .all }
        for order in orders {
            let order = left == nil ? order.reversed : order
            result.insert(PossibleTruths(comparer.truth(order)))
        }
        return result
    }

    /// How values of a block may compare with a constant; nil if some of their kinds are unlike it.
    private func orders(_ summary: FieldSummary, _ constant: Cell) -> [CellOrder]? {
        var orders: [CellOrder] = []
        switch constant.kind {
        case .int, .timestamp, .double:
            let numbers: FieldSummary.Kinds = [.int, .timestamp, .double]
            guard summary.kinds.isSubset(of: numbers),
                constant.kind != .double || !constant.doubleValue.isNaN
            else { return nil }
            if let range = summary.integers {
                orders += Self.orders(
                    CellOrder.compare(.int(range.lowerBound), constant, noText),
                    CellOrder.compare(.int(range.upperBound), constant, noText))
            }
            if let range = summary.doubles {
                orders += Self.orders(
                    CellOrder.compare(.double(range.lowerBound), constant, noText),
                    CellOrder.compare(.double(range.upperBound), constant, noText))
            }
            if let bloom = summary.bloom,
                !bloom.mayContain(FieldSummary.hash(number: constant))
            {
                orders.removeAll { $0 == .equal }
            }
        case .string, .bytes:
            guard summary.kinds.isSubset(of: [.string, .bytes]) else { return nil }
            let text = noText.text(constant)
            if let range = summary.texts {
                // A cut text is at least what is left of it.
                let low = CellOrder.of(range.low.rawSpan.compare(to: text), 0)
                let isAbove = low != .greater && range.mayReach(text)
                orders += Self.orders(low, isAbove ? .greater : .of(range.compareHigh(to: text), 0))
            }
            if let bloom = summary.bloom, !bloom.mayContain(FieldSummary.hash(text: text)) {
                orders.removeAll { $0 == .equal }
            }
        default: return nil
        }
        return orders
    }

    /// All orders from that of the lowest value to that of the highest.
    private static func orders(_ low: CellOrder, _ high: CellOrder) -> [CellOrder] {
        switch (low, high) {
        case (.less, .less): [.less]
        case (.less, .equal): [.less, .equal]
        case (.less, .greater): [.less, .equal, .greater]
        case (.equal, .equal): [.equal]
        case (.equal, .greater): [.equal, .greater]
        case (.greater, .greater): [.greater]
        default: [.less, .equal, .greater]
        }
    }

    // MARK: IN, LIKE, STARTSWITH

    private func member(_ index: Int, _ summary: FieldSummary) -> PossibleTruths {
        let set = tables.sets[index]
        let kinds: FieldSummary.Kinds = set.isText ? [.string, .bytes] : [.int, .double]
        guard options.dialect != .rocketmq, summary.kinds.isSubset(of: kinds) else { return .all }
        var result: PossibleTruths = [.no, .unknown]
        let isPossible = set.elements.contains { element in
            orders(summary, element)?.contains(.equal) ?? true
        }
        if isPossible { result.insert(.yes) }
        return result
    }

    private func like(_ pattern: LikePattern, _ summary: FieldSummary) -> PossibleTruths {
        var result: PossibleTruths = [.no, .unknown]
        let literal = pattern.literal.rawSpan
        let isPossible =
            switch pattern.shape {
            case .exact: summary.mayHold(text: literal)
            case .prefix: summary.texts?.mayHold(prefix: literal) ?? false
            default: true
            }
        if isPossible, summary.kinds.contains(.string) { result.insert(.yes) }
        return result
    }

    private func startsWith(_ step: Node, _ summaries: [FieldSummary?]) -> PossibleTruths {
        guard let summary = summary(of: step.operands[0], summaries),
            let needle = constant(step.operands[1]), needle.kind == .string,
            options.dialect != .rocketmq
        else { return .all }
        var result: PossibleTruths = [.no, .unknown]
        let isPossible = summary.texts?.mayHold(prefix: noText.text(needle)) ?? false
        if isPossible, summary.kinds.contains(.string) { result.insert(.yes) }
        return result
    }
}

extension FieldSummary.TextRange {
    /// Whether a text above `text` may occur because the highest one is cut within it.
    fileprivate func mayReach(_ text: RawSpan) -> Bool {
        guard isHighCut else { return false }
        let shared = min(high.count, text.byteCount)
        return high.rawSpan.slice(0, count: shared).compare(to: text.slice(0, count: shared)) >= 0
    }

    /// Compares the highest text, or what is left of it.
    fileprivate func compareHigh(to text: RawSpan) -> Int { high.rawSpan.compare(to: text) }

    /// Whether a text that begins so may occur.
    fileprivate func mayHold(prefix: RawSpan) -> Bool {
        // Some text is at or above the prefix, and some at or below the last text that has it.
        let isHighEnough = high.rawSpan.compare(to: prefix) >= 0 || mayReach(prefix)
        let shared = min(low.count, prefix.byteCount)
        let lowStart = low.rawSpan.slice(0, count: shared)
        return isHighEnough && lowStart.compare(to: prefix.slice(0, count: shared)) <= 0
    }
}
