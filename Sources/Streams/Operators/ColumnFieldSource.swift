import Bytes
import Expressions

/// Computed rows as the fields of an expression: field `.column(i)` is column i.
struct ColumnFieldSource: FieldSource, ~Escapable {
    private let columns: Span<CellColumn>
    let count: Int
    private let text: RawSpan

    /// - Parameters:
    ///   - columns: one for each field.
    ///   - count: the rows that they hold.
    ///   - text: the memory that the columns' ``CellHome/input`` cells point into.
    @_lifetime(copy columns, copy text)
    init(columns: Span<CellColumn>, count: Int, text: RawSpan) {
        self.columns = columns
        self.count = count
        self.text = text
    }

    var input: RawSpan {
        @_lifetime(copy self)
        get { text }
    }

    mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn], arena: inout [UInt8]
    ) {
        for (index, field) in fields.enumerated() {
            guard case .column(let column) = field, column < self.columns.count else {
                // Computed rows have no record: no key, no headers, no payload.
                for row in selection.rows { columns[index][Int(row)] = .null }
                continue
            }
            for row in selection.rows { columns[index][Int(row)] = self.columns[column][Int(row)] }
        }
    }
}
