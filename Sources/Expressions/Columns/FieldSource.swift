package import Bytes

/// An attribute of a record (EXPRESSIONS.md §14).
package enum RecordAttribute: String, Sendable, CaseIterable {
    case tag
    case key
    case topic
    case partition
    case offset
    case timestamp
    case payload
}

/// A value that an expression reads from a record; resolved when the expression is compiled.
package enum FieldReference: Hashable, Sendable {
    case attribute(RecordAttribute)
    /// The last header or property of that name.
    case property(String)
    /// `HEADER(name, index)`: 0 the first, -1 the last, out of range NULL.
    case header(String, Int64)
    /// `HEADER_COUNT(name)`.
    case headerCount(String)
    /// A path into the JSON payload.
    case payload(JSONPath)
    /// A field of a CSV payload, by its position in the header line.
    case csv(Int)
    /// A column that the caller computed: a job's intermediate rows.
    case column(Int)
}

/// Rows that an ``Evaluator`` can read: it asks for each field once a batch, for the rows that are
/// still selected, and only when a term needs it.
package protocol FieldSource: ~Escapable {
    /// Number of rows.
    var count: Int { get }

    /// The memory that ``CellHome/input`` cells point into.
    var input: RawSpan { @_lifetime(copy self) get }

    /// Writes the cells of `fields[i]` for each selected row to `columns[i]`, which has room for
    /// all rows; other rows stay as they are. Text that is not in `input` as it stands (an
    /// unescaped JSON string) is appended to `arena`.
    ///
    /// Never fails: a payload that is not JSON gives NULL for every path (EXPRESSIONS.md §13) and
    /// is counted by the source.
    mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn],
        arena: inout [UInt8])
}
