/// The values of an operand for a batch: a column, or one constant for all rows.
struct Operand {
    var column: CellColumn
    let constant: Cell
    let isConstant: Bool
    /// Whether the column goes back to the evaluator's pool after use.
    let isPooled: Bool

    init(constant: Cell) {
        column = CellColumn()
        self.constant = constant
        isConstant = true
        isPooled = false
    }

    init(_ column: CellColumn, isPooled: Bool) {
        self.column = column
        constant = .null
        isConstant = false
        self.isPooled = isPooled
    }

    subscript(row: Int) -> Cell { isConstant ? constant : column.cells[row] }
}
