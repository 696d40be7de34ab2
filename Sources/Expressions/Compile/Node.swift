/// One step of a program. Operands are indexes of nodes before it: the program is a flat list.
struct Node: Sendable {
    let operation: Operation
    let operands: [Int32]
    let immediate: Int64
    let type: StaticType
    /// Whether its evaluation can end in an ``EvaluationError``, or an operand's can.
    let canRaise: Bool
    /// Estimated work for a row; orders the terms of AND and OR.
    let cost: Int
}

/// The type of a node as far as it is known when the expression is compiled.
enum StaticType: Sendable, Hashable {
    /// Known at run time only: a property, a JSON value.
    case dynamic
    /// The literal NULL.
    case null
    case known(ValueType)

    var name: String {
        switch self {
        case .dynamic: "a value of any type"
        case .null: "NULL"
        case .known(let type): type.name
        }
    }
}
