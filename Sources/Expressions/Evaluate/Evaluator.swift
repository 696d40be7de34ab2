package import Bytes

/// Runs a ``Program`` over batches.
///
/// Owns all memory of it: nothing is allocated per record, and nothing per batch once it has seen
/// the largest.
///
/// A step is computed for the rows that are still selected when it is needed: AND and OR narrow the
/// selection term by term, CASE and its kin branch by branch. Fields are loaded at their first use,
/// for those rows only.
package struct Evaluator: Sendable {
    package let program: Program
    /// Since the start, over all batches and roots.
    package internal(set) var counters = FilterCounters()
    /// Rows of this batch for which a condition ended in an error, in the order found.
    package private(set) var errorRows: [ErrorRow] = []

    var arena: [UInt8] = []
    /// Receives computed text during a step; see ``TextOutput``.
    var scratch: [UInt8] = []
    var now: Int64 = 0
    var groups: [LoadedGroup]
    var memos: [Memo]
    /// The memos that hold something of this batch: of many conditions only some are evaluated.
    private var usedMemos: [Int] = []
    /// By step: the place of its ``TermOrder``, or -1.
    private(set) var orderPlaces: [Int32]
    var orders: [TermOrder]
    /// One per path of the program: remembers the shape of the documents it saw.
    var extractors: [JSONExtractor]
    private var rootColumns: [CellColumn]
    private var columnPool: [CellColumn] = []
    private var truthPool: [[UInt8]] = []
    private var selectionPool: [Selection] = []

    /// The columns of a ``FieldGroup`` and the rows that they hold.
    struct LoadedGroup: Sendable {
        var columns: [CellColumn]
        var loaded = RowSet()
    }

    /// The results of a step that several steps use.
    struct Memo: Sendable {
        /// Of steps that give values.
        var column = CellColumn()
        /// Of conditions: a sixteenth of the memory.
        var truths: [UInt8] = []
        var computed = RowSet()
    }

    package init(_ program: Program) {
        self.program = program
        groups = program.fieldGroups.map {
            LoadedGroup(columns: Array(repeating: CellColumn(), count: $0.fields.count))
        }
        memos = Array(repeating: Memo(), count: program.memoCount)
        orders = []
        orderPlaces = Array(repeating: -1, count: program.nodes.count)
        for (index, node) in program.nodes.enumerated() {
            guard let order = TermOrder(node, in: program) else { continue }
            orderPlaces[index] = Int32(orders.count)
            orders.append(order)
        }
        extractors = program.tables.paths.map { JSONExtractor([$0]) }
        rootColumns = Array(repeating: CellColumn(), count: program.rootCount)
    }

    /// Starts a batch: forgets the columns, the arena and the error rows of the last one.
    ///
    /// - Parameter now: the value of `NOW()`, milliseconds since the epoch.
    package mutating func begin(now: Int64) {
        self.now = now
        arena.removeAll(keepingCapacity: true)
        errorRows.removeAll(keepingCapacity: true)
        for index in groups.indices { groups[index].loaded.removeAll() }
        for index in usedMemos { memos[index].computed.removeAll() }
        usedMemos.removeAll(keepingCapacity: true)
    }

    /// Gives back the memory of computed texts, which ends the batch.
    package mutating func releaseTexts() {
        arena = []
        scratch = []
    }

    /// Keeps the rows for which the condition is TRUE; counts the others by what became of them.
    ///
    /// - Complexity: O(selected rows × steps that they reach), no allocation once warm.
    package mutating func filter<Source: FieldSource & ~Escapable>(
        _ root: RootIndex, _ source: inout Source, _ selection: inout Selection
    ) {
        var truths = takeTruths(source.count)
        truth(program.roots[root.rawValue].node, &source, selection, &truths)
        for row in selection.rows {
            let truth = truths[Int(row)]
            switch truth {
            case Truth.yes: counters.kept &+= 1
            case Truth.no: counters.refused &+= 1
            case Truth.unknown: counters.unknown &+= 1
            default:
                let raw = Int64(truth - Truth.firstError)
                counters.errors[Int(raw)] &+= 1
                errorRows.append(
                    ErrorRow(row: row, error: EvaluationError(rawValue: raw) ?? .evaluation))
            }
        }
        selection.keep { truths[$0] == Truth.yes }
        give(truths)
    }

    /// Computes a root for the selected rows; read it with ``column(_:)``.
    package mutating func evaluate<Source: FieldSource & ~Escapable>(
        _ root: RootIndex, _ source: inout Source, _ selection: Selection
    ) {
        var column = CellColumn()
        swap(&column, &rootColumns[root.rawValue])
        column.reserve(source.count)
        let target = program.roots[root.rawValue]
        if target.isCondition {
            var truths = takeTruths(source.count)
            truth(target.node, &source, selection, &truths)
            for row in selection.rows { column[Int(row)] = Truth.cell(truths[Int(row)]) }
            give(truths)
        } else {
            value(target.node, &source, selection, &column)
        }
        swap(&column, &rootColumns[root.rawValue])
    }

    /// The cells of a root, by row; only the rows of the last ``evaluate(_:_:_:)`` are valid.
    ///
    /// A row that could not be evaluated has a cell of kind `error`.
    package func column(_ root: RootIndex) -> CellColumn { rootColumns[root.rawValue] }

    /// The cells of a field of the program, by row; only the rows asked for in this batch are valid.
    package mutating func column<Source: FieldSource & ~Escapable>(
        ofField field: Int, _ source: inout Source, _ rows: Selection
    ) -> CellColumn {
        let place = program.fieldPlaces[field]
        load(place.group, &source, rows)
        return groups[place.group].columns[place.index]
    }

    /// The memories of the text cells; `input` is the source's.
    ///
    /// Valid until the next call that changes the evaluator.
    @_lifetime(copy input, borrow self)
    package func textHomes(input: RawSpan) -> TextHomes {
        TextHomes(
            input: input, arena: arena.rawSpan, constants: program.tables.text.rawSpan)
    }

    // MARK: Operands

    /// The values of a step for the rows: a constant, a loaded field, a remembered or a new column.
    mutating func operand<Source: FieldSource & ~Escapable>(
        _ node: Int32, _ source: inout Source, _ rows: Selection
    ) -> Operand {
        let index = Int(node)
        switch program.nodes[index].operation {
        case .constant:
            return Operand(constant: program.tables.constants[immediate(index)])
        case .now: return Operand(constant: .timestamp(now))
        case .field:
            let place = program.fieldPlaces[immediate(index)]
            load(place.group, &source, rows)
            return Operand(groups[place.group].columns[place.index], isPooled: false)
        default: break
        }
        let memo = Int(program.memos[index])
        if memo >= 0, !program.nodes[index].operation.isCondition {
            remember(memo, index, &source, rows)
            return Operand(memos[memo].column, isPooled: false)
        }
        var column = takeColumn(source.count)
        compute(index, &source, rows, &column)
        return Operand(column, isPooled: true)
    }

    func immediate(_ node: Int) -> Int { Int(program.nodes[node].immediate) }

    private mutating func load<Source: FieldSource & ~Escapable>(
        _ group: Int, _ source: inout Source, _ rows: Selection
    ) {
        if rows.count == source.count, groups[group].loaded.insertWholeBatch() {
            fetch(group, &source, rows)
            return
        }
        var missing = takeSelection()
        groups[group].loaded.insert(rows, missing: &missing)
        if !missing.isEmpty { fetch(group, &source, missing) }
        give(missing)
    }

    private mutating func fetch<Source: FieldSource & ~Escapable>(
        _ group: Int, _ source: inout Source, _ rows: Selection
    ) {
        for index in groups[group].columns.indices {
            groups[group].columns[index].reserve(source.count)
        }
        source.load(
            program.fieldGroups[group].fields, selection: rows, into: &groups[group].columns,
            arena: &arena)
    }

    private mutating func remember<Source: FieldSource & ~Escapable>(
        _ memo: Int, _ node: Int, _ source: inout Source, _ rows: Selection
    ) {
        var missing = takeSelection()
        use(memo, rows, missing: &missing)
        if !missing.isEmpty {
            var column = CellColumn()
            swap(&column, &memos[memo].column)
            column.reserve(source.count)
            compute(node, &source, missing, &column)
            swap(&column, &memos[memo].column)
        }
        give(missing)
    }

    /// Computes a remembered condition for the rows that were not asked for yet.
    mutating func rememberTruth<Source: FieldSource & ~Escapable>(
        _ memo: Int, _ node: Int, _ source: inout Source, _ rows: Selection
    ) {
        var missing = takeSelection()
        use(memo, rows, missing: &missing)
        if !missing.isEmpty {
            var truths: [UInt8] = []
            swap(&truths, &memos[memo].truths)
            let lacking = source.count - truths.count
            if lacking > 0 { truths.append(contentsOf: repeatElement(0, count: lacking)) }
            computeTruth(node, program.nodes[node], &source, missing, &truths)
            swap(&truths, &memos[memo].truths)
        }
        give(missing)
    }

    private mutating func use(_ memo: Int, _ rows: Selection, missing: inout Selection) {
        if memos[memo].computed.isEmpty { usedMemos.append(memo) }
        memos[memo].computed.insert(rows, missing: &missing)
    }

    /// Writes the values of a step to `out`, for the rows.
    mutating func value<Source: FieldSource & ~Escapable>(
        _ node: Int, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        let operation = program.nodes[node].operation
        guard program.memos[node] < 0 || operation.isCondition, !isStored(operation) else {
            let operand = operand(Int32(node), &source, rows)
            for row in rows.rows { out[Int(row)] = operand[Int(row)] }
            give(operand)
            return
        }
        compute(node, &source, rows, &out)
    }

    private func isStored(_ operation: Operation) -> Bool {
        operation == .constant || operation == .field || operation == .now
    }

    // MARK: Pools

    mutating func takeColumn(_ count: Int) -> CellColumn {
        var column = columnPool.popLast() ?? CellColumn()
        column.reserve(count)
        return column
    }

    mutating func give(_ operand: consuming Operand) {
        if operand.isPooled { columnPool.append(operand.column) }
    }

    mutating func takeTruths(_ count: Int) -> [UInt8] {
        var truths = truthPool.popLast() ?? []
        if truths.count < count {
            truths.append(contentsOf: repeatElement(0, count: count - truths.count))
        }
        return truths
    }

    mutating func give(_ truths: consuming [UInt8]) { truthPool.append(truths) }

    mutating func takeSelection() -> Selection {
        var selection = selectionPool.popLast() ?? Selection()
        selection.removeAll()
        return selection
    }

    mutating func give(_ selection: consuming Selection) { selectionPool.append(selection) }
}
