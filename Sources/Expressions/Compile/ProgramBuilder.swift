/// Checks names and types of expressions and turns them into one program.
///
/// Equal sub-expressions of all roots become one step, and a field that several name is loaded once.
package struct ProgramBuilder {
    package let options: CompileOptions
    var roots: [Program.Root] = []

    package init(_ options: CompileOptions = CompileOptions()) { self.options = options }

    /// Adds a condition: a filter, a WHERE, a HAVING.
    package mutating func addCondition(_ syntax: Syntax) throws(ExpressionError) -> RootIndex {
        throw ExpressionError(.syntax, at: syntax.position, "not yet")
    }

    /// Adds a value: a SELECT item, a key.
    package mutating func addValue(_ syntax: Syntax) throws(ExpressionError) -> RootIndex {
        throw ExpressionError(.syntax, at: syntax.position, "not yet")
    }

    /// What is known of a root's type; nil if only its values know it.
    package func staticType(of root: RootIndex) -> ValueType? { nil }

    /// The program with all roots added so far.
    package func build() -> Program {
        Program(
            fields: [], isVolatile: false, options: options, warnings: [], nodes: [], roots: roots,
            tables: ProgramTables(), memos: [], memoCount: 0, fieldGroups: [], fieldPlaces: [])
    }
}
