package import Expressions
import Filters
package import Records

/// A SELECT list by itself, compiled: `carrier, dep_delay + arr_delay AS delay`.
///
/// Read and named as that of a SELECT is, for those who have no statement around it.
package struct SelectList: Sendable {
    /// Computes the items, and nothing else.
    package let program: Program
    /// The items' values in the program, in the order of the list.
    package let values: [RootIndex]
    /// The items' names.
    package let names: [String]

    /// Compiles a list over records with payloads of that format.
    ///
    /// - Throws: the first mistake, with its place in the text.
    package init(_ text: String, format: PayloadFormat) throws(SQLError) {
        let items = try ResolvedQuery.items(
            StatementParser.parseSelectList(text),
            ColumnScope(alias: nil, columns: [], emptyIsNull: false))
        var builder = ProgramBuilder(CompileOptions(shape: RowShape(format)))
        values = try QueryPlan.addValues(items.map(\.syntax), to: &builder)
        names = items.map(\.name)
        program = builder.build()
    }
}
