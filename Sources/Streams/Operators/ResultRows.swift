import Bytes
import Expressions
import Records

/// The rows of fired groups on their way to records: columns for HAVING and the SELECT list.
///
/// Columns: `window_start`, `window_end`, `window_time`, then the group keys, then the aggregates.
struct ResultRows {
    private let writer: RowWriter
    private let having: RootIndex?
    private let items: [RootIndex]
    private var evaluator: Evaluator
    var columns: [CellColumn]
    /// Text of the columns' cells, and the records' keys.
    var text: [UInt8] = []
    /// Timestamp and key of each row's record.
    private var places: [(timestamp: Int64, keyStart: Int, keyCount: Int)] = []

    static let windowColumnNames = ["window_start", "window_end", "window_time"]
    /// Rows that are evaluated at once.
    static let rowCountMax = 1024

    init(
        _ program: Program, having: RootIndex?, items: [RootIndex], names: [String],
        columnCount: Int
    ) {
        writer = RowWriter(names: names)
        self.having = having
        self.items = items
        evaluator = Evaluator(program)
        columns = Array(repeating: CellColumn(), count: columnCount)
        for index in columns.indices { columns[index].reserve(Self.rowCountMax) }
    }

    var count: Int { places.count }
    var isFull: Bool { places.count == Self.rowCountMax }

    /// Writes a group's key to the row's columns.
    mutating func readKey(of window: borrowing WindowGroups, entry: Int, count: Int) {
        let key = window.groups.key(entry)
        var position = 0
        for column in 0..<count {
            let cell = CellKey.read(key, at: &position, text: &text)
            columns[Self.windowColumnNames.count + column][places.count] = cell ?? .null
        }
    }

    /// Ends a row, whose cells stand in the columns at ``count``.
    mutating func endRow(timestamp: Int64, keyStart: Int, keyCount: Int) {
        places.append((timestamp, keyStart, keyCount))
    }

    /// Appends the records of the rows that HAVING keeps; ``removeAll()`` comes next.
    mutating func flush(
        into output: inout RecordBuffer, _ context: inout OperatorContext
    ) throws(PipelineError) {
        guard !places.isEmpty else { return }
        var selection = Selection(all: places.count)
        // Copies share their memory; they keep the source apart from the evaluator.
        let (columns, text) = (self.columns, self.text)
        evaluator.begin(now: 0)
        var source = ColumnFieldSource(
            columns: columns.span, count: places.count, text: text.rawSpan)
        if let having {
            evaluator.filter(having, &source, &selection)
            context.resultErrors += evaluator.errorRows.map(\.error)
        }
        for item in items { evaluator.evaluate(item, &source, selection) }
        let evaluator = self.evaluator
        let results = items.map { evaluator.column($0) }
        let homes = evaluator.textHomes(input: text.rawSpan)
        for row32 in selection.rows {
            let row = Int(row32)
            if let error = Self.error(in: results, row: row) {
                context.resultErrors.append(error)
                continue
            }
            try append(row: row, results, homes, to: &output)
        }
    }

    /// Forgets the rows.
    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    private static func error(in results: [CellColumn], row: Int) -> EvaluationError? {
        for column in results where column[row].kind == .error {
            return EvaluationError(rawValue: column[row].bits) ?? .evaluation
        }
        return nil
    }

    private func append(
        row: Int, _ results: [CellColumn], _ homes: TextHomes, to output: inout RecordBuffer
    ) throws(PipelineError) {
        let place = places[row]
        var record = RecordRow(
            offset: Int64(output.rows.count), timestamp: place.timestamp,
            headersStart: Int32(output.bytes.count))
        if place.keyCount >= 0 {
            record.keyStart = Int32(output.bytes.count)
            record.keyCount = Int32(place.keyCount)
            output.bytes.append(
                copying: text.rawSpan.slice(place.keyStart, count: place.keyCount))
        }
        record.valueStart = Int32(output.bytes.count)
        try writer.append(row: row, of: results.span, homes, to: &output.bytes)
        record.valueCount = Int32(output.bytes.count) - record.valueStart
        output.rows.append(record)
    }
}
