/// A comparison operator in a dialect: what each order means as a truth value.
struct Comparer: Sendable {
    let operation: Operation
    let dialect: Dialect
    let less: UInt8
    let equal: UInt8
    let greater: UInt8
    /// Not equal, and without an order.
    let different: UInt8
    /// Of unlike types.
    let unlike: UInt8
    let isOrdering: Bool

    init(_ operation: Operation, _ dialect: Dialect) {
        self.operation = operation
        self.dialect = dialect
        isOrdering = operation != .equal && operation != .notEqual
        less = Truth.of([.less, .lessOrEqual, .notEqual].contains(operation))
        equal = Truth.of([.equal, .lessOrEqual, .greaterOrEqual].contains(operation))
        greater = Truth.of([.greater, .greaterOrEqual, .notEqual].contains(operation))
        let unordered = dialect == .jms ? Truth.no : Truth.unknown
        different = isOrdering ? unordered : Truth.of(operation == .notEqual)
        unlike =
            dialect == .jms && operation == .notEqual ? Truth.yes : unordered
    }

    func truth(_ order: CellOrder) -> UInt8 {
        switch order {
        case .less: less
        case .equal: equal
        case .greater: greater
        case .different: different
        case .unlike: unlike
        case .unknown: Truth.unknown
        }
    }

    /// Compares two cells; the left one's error comes first.
    func truth(_ left: Cell, _ right: Cell, _ homes: TextHomes) -> UInt8 {
        if left.kind == .error { return Truth.error(left) }
        if right.kind == .error { return Truth.error(right) }
        if dialect == .rocketmq {
            return JavaComparison.truth(self, left, right, homes)
        }
        // Truth values are equal or not, but have no order.
        if isOrdering, left.kind == .bool, right.kind == .bool || right.kind == .string {
            return different
        }
        if isOrdering, right.kind == .bool, left.kind == .string { return different }
        return truth(CellOrder.compare(left, right, homes, isTyped: dialect == .jms))
    }
}
