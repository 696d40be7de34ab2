/// One step of a program.
///
/// Operands are indexes of nodes before it: the program is a flat list.
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
