extension Syntax {
    /// The sub-expressions, from left to right.
    package var children: [Syntax] {
        switch form {
        case .null, .bool, .integer, .double, .string, .bytes, .timestamp, .duration, .name: []
        case .call(let call): call.arguments + (call.filter.map { [$0] } ?? [])
        case .cast(let cast): [cast.operand]
        case .conditional(let conditional):
            (conditional.operand.map { [$0] } ?? [])
                + conditional.branches.flatMap { [$0.condition, $0.result] }
                + (conditional.otherwise.map { [$0] } ?? [])
        case .and(let terms), .or(let terms), .concatenation(let terms): terms
        case .not(let operand), .sign(_, let operand), .test(_, _, let operand): [operand]
        case .arithmetic(let first, let rest): [first] + rest.map(\.operand)
        case .comparison(_, let left, let right), .search(_, _, let left, let right),
            .distinct(_, let left, let right):
            [left, right]
        case .between(_, let value, let low, let high): [value, low, high]
        case .membership(_, let value, let elements): [value] + elements
        case .like(let like): [like.subject, like.pattern] + (like.escape.map { [$0] } ?? [])
        case .regex(let regex): [regex.subject, regex.pattern]
        }
    }

    /// UTF-8 position of the leftmost byte of what was written.
    package var start: Int {
        var node = self
        while true {
            switch node.form {
            case .and, .or, .arithmetic, .concatenation, .comparison, .between, .membership,
                .like, .regex, .search, .test, .distinct:
                guard let first = node.children.first else { return node.position }
                node = first
            default: return node.position
            }
        }
    }

    /// Rebuilds the tree from the top: where `body` returns a tree, that takes the place of the
    /// sub-tree; where it returns nil, the children are visited.
    ///
    /// A statement replaces aggregate calls and grouped expressions by column names with it.
    package func replacing(_ body: (Syntax) -> Syntax?) -> Syntax {
        if let replacement = body(self) { return replacement }
        return Syntax(replacingChildren(body), at: position)
    }

    private func replacingChildren(_ body: (Syntax) -> Syntax?) -> Form {
        func map(_ syntax: Syntax) -> Syntax { syntax.replacing(body) }
        switch form {
        case .null, .bool, .integer, .double, .string, .bytes, .timestamp, .duration, .name:
            return form
        case .call(let call):
            return .call(
                Call(
                    name: call.name, arguments: call.arguments.map(map), isStar: call.isStar,
                    isDistinct: call.isDistinct, filter: call.filter.map(map)))
        case .cast(let cast):
            return .cast(
                Cast(
                    operand: map(cast.operand), typeName: cast.typeName,
                    typePosition: cast.typePosition, isTry: cast.isTry))
        case .conditional(let conditional):
            return .conditional(
                Conditional(
                    operand: conditional.operand.map(map),
                    branches: conditional.branches.map {
                        Branch(condition: map($0.condition), result: map($0.result))
                    }, otherwise: conditional.otherwise.map(map)))
        case .and(let terms): return .and(terms.map(map))
        case .or(let terms): return .or(terms.map(map))
        case .concatenation(let terms): return .concatenation(terms.map(map))
        case .not(let operand): return .not(map(operand))
        case .sign(let isNegative, let operand):
            return .sign(isNegative: isNegative, map(operand))
        case .test(let test, let isNegated, let operand):
            return .test(test, isNegated: isNegated, map(operand))
        case .arithmetic(let first, let rest):
            return .arithmetic(
                first: map(first),
                rest: rest.map {
                    ArithmeticTerm(
                        operation: $0.operation, position: $0.position, operand: map($0.operand))
                })
        case .comparison(let comparator, let left, let right):
            return .comparison(comparator, map(left), map(right))
        case .between(let isNegated, let value, let low, let high):
            return .between(isNegated: isNegated, map(value), low: map(low), high: map(high))
        case .membership(let isNegated, let value, let elements):
            return .membership(isNegated: isNegated, map(value), elements.map(map))
        case .like(let like):
            return .like(
                Like(
                    isNegated: like.isNegated, isCaseless: like.isCaseless,
                    subject: map(like.subject), pattern: map(like.pattern), escape: like.escape))
        case .regex(let regex):
            return .regex(
                RegexMatch(
                    isNegated: regex.isNegated, isCaseless: regex.isCaseless,
                    subject: map(regex.subject), pattern: regex.pattern))
        case .search(let search, let isNegated, let left, let right):
            return .search(search, isNegated: isNegated, map(left), map(right))
        case .distinct(let isNegated, let left, let right):
            return .distinct(isNegated: isNegated, map(left), map(right))
        }
    }

    /// Visits the tree from the top, a node before its children; children are skipped where `body`
    /// returns false.
    ///
    /// Statements find their aggregate calls with it.
    package func visit(_ body: (Syntax) -> Bool) {
        guard body(self) else { return }
        for child in children { child.visit(body) }
    }
}
