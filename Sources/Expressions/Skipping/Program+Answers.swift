/// How far the summaries of blocks can answer a condition for all records of a block at once.
package enum IndexAnswer: Int, Sendable, Comparable {
    /// Never: every block has to be read.
    case never
    /// Where a block holds no more than a few different values of the field, which its summary
    /// lists.
    case fewValues
    /// By ranges and Bloom filters too.
    case always

    package static func < (left: IndexAnswer, right: IndexAnswer) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Which terms of a condition ``possibleTruths(_:_:)`` can say something about.
extension Program {
    /// The terms that AND joins in a condition, with what summaries can say about each;
    /// `isSummarized` says whether summaries tell of a field at all.
    package func indexAnswers(
        of root: RootIndex, isSummarized: (FieldReference) -> Bool
    ) -> [(term: String, answer: IndexAnswer)] {
        roots[root.rawValue].syntax.conjunction.map { term in
            // Compiled for itself, as it was compiled within the whole.
            var builder = ProgramBuilder(options)
            guard let root = try? builder.addCondition(term) else { return ("\(term)", .never) }
            let program = builder.build()
            let node = program.roots[root.rawValue].node
            return ("\(term)", program.answer(node, isSummarized))
        }
    }

    /// Whether summaries can exclude that a condition is TRUE, or, `wanted` being `.no` or
    /// `.unknown`, that it is that.
    private func answer(
        _ index: Int, _ isSummarized: (FieldReference) -> Bool, for wanted: PossibleTruths = .yes
    ) -> IndexAnswer {
        let step = nodes[index]
        func of(_ place: Int, _ wanted: PossibleTruths = wanted) -> IndexAnswer {
            answer(Int(step.operands[place]), isSummarized, for: wanted)
        }
        // One operand that is excluded is enough, or all of them have to be.
        func any() -> IndexAnswer { step.operands.indices.map { of($0) }.max() ?? .never }
        func all() -> IndexAnswer { step.operands.indices.map { of($0) }.min() ?? .never }
        func isField(_ place: Int) -> Bool {
            let operand = nodes[Int(step.operands[place])]
            return operand.operation == .field && isSummarized(fields[Int(operand.immediate)])
        }
        switch step.operation {
        case .constant: return .always
        case .and: return wanted == .no ? all() : any()
        case .or: return wanted == .yes ? all() : any()
        case .not: return of(0, wanted.negated)
        case .isTrue: return of(0, wanted)
        case .isFalse: return of(0, wanted.negated)
        case .isUnknown: return of(0, .unknown)
        case .isNull: return isField(0) ? .always : .never
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .notDistinct:
            return comparison(step, isField)
        case .inSet:
            guard isField(0) else { return .never }
            return options.dialect == .rocketmq ? .fewValues : .always
        case .like:
            guard isField(0) else { return .never }
            switch tables.likes[Int(step.immediate)].shape {
            case .exact, .prefix: return .always
            default: return .fewValues
            }
        case .regex: return isField(0) ? .fewValues : .never
        case .startsWith:
            let needle = nodes[Int(step.operands[1])]
            guard isField(0), options.dialect != .rocketmq, needle.operation == .constant,
                tables.constants[Int(needle.immediate)].kind == .string
            else { return .never }
            return .always
        default: return .never
        }
    }

    private func comparison(_ step: Node, _ isField: (Int) -> Bool) -> IndexAnswer {
        let place = isField(0) ? 1 : 0
        guard isField(0) || isField(1) else { return .never }
        let other = nodes[Int(step.operands[place])]
        guard other.operation == .constant else { return .never }
        guard options.dialect != .rocketmq, step.operation != .notDistinct else {
            return .fewValues
        }
        switch tables.constants[Int(other.immediate)].kind {
        case .int, .timestamp, .double, .string, .bytes: return .always
        case .null, .bool, .duration, .json, .error: return .fewValues
        }
    }
}

extension Syntax {
    /// The terms that AND joins, or the whole.
    fileprivate var conjunction: [Syntax] {
        if case .and(let terms) = form { terms.flatMap(\.conjunction) } else { [self] }
    }
}
