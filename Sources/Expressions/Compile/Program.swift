/// A compiled set of conditions and values: a flat list of steps over shared fields.
///
/// Immutable and free of references to a thread: compiled once, used by many ``Evaluator``s.
package struct Program: Sendable {
    /// The fields that are read, each once, whatever number of roots name it.
    package let fields: [FieldReference]
    /// Whether a result depends on the clock.
    package let isVolatile: Bool
    package let options: CompileOptions
    /// What the compiler found odd, in the order of the source; nothing of it is an error.
    package let warnings: [ExpressionWarning]

    let nodes: [Node]
    let roots: [Root]
    let tables: ProgramTables
    /// By node: the index of its memo column if several steps use it, else -1.
    let memos: [Int32]
    let memoCount: Int
    let fieldGroups: [FieldGroup]
    /// By field: its group and its place in it.
    let fieldPlaces: [FieldPlace]

    /// A result that the program's user asks for.
    struct Root: Sendable {
        let node: Int
        let isCondition: Bool
        let syntax: Syntax
    }

    /// Number of roots; their indexes are 0 ..< count in the order in which they were added.
    package var rootCount: Int { roots.count }

    /// What is known of a root's type; nil if only its values know it.
    package func staticType(of root: RootIndex) -> ValueType? {
        guard case .known(let type) = nodes[roots[root.rawValue].node].type else { return nil }
        return type
    }

    /// Whether the evaluation of a root can end in an ``EvaluationError``.
    package func canRaise(_ root: RootIndex) -> Bool { nodes[roots[root.rawValue].node].canRaise }

    /// Rows to evaluate at once, 1 or more; `Int.max` unless steps build text.
    ///
    /// Texts of all rows live until the batch ends, and REPLACE or `||` can make a megabyte of each
    /// record. Whoever evaluates a batch cuts it into pieces of so many rows, which changes no
    /// result: each row is evaluated on its own.
    package var rowCountMax: Int {
        let building = nodes.count { node in
            switch node.operation {
            case .concatenate: true
            case .add: options.dialect == .jms  // There, text + x concatenates.
            case .function: node.immediate == ScalarFunction.replace.rawValue
            default: false
            }
        }
        guard building > 0 else { return .max }
        let textCount =
            ExpressionLimits.computedBatchByteCountMax / ExpressionLimits.computedByteCountMax
        return max(1, textCount / building)
    }
}
