import Bytes
package import Connectors
import Expressions
package import Records

/// Groups events by window and key, and emits a row for each group when its window fires
/// (WINDOWS.md).
///
/// Acceptance is per event, by the watermark before it, whatever batch it comes in. Rows of fired
/// groups go out in the order (window end, window start, key bytes). With an allowed lateness a
/// window stays after it fired, and each late event it accepts emits its group's row anew.
package final class AggregateOperator: Operator {
    let program: RowProgram
    let plan: AggregatePlan
    var results: ResultRows
    /// The open windows, ascending; those before ``firedCount`` have fired and wait for late events.
    var windows: [WindowGroups] = []
    var firedCount = 0
    /// The watermark up to which windows have fired.
    var firedWatermark = Int64.min
    /// Windows that are gone, to be used again.
    private var pool: [WindowGroups] = []
    /// Where the last event's window was found.
    private var hint = 0
    /// Committed entries of windows that are gone.
    var removals: [StateChange] = []
    private var key: [UInt8] = []
    private var offsets: [Int64] = []

    private static let poolCountMax = 16

    init(_ program: RowProgram, _ plan: AggregatePlan) {
        self.program = program
        self.plan = plan
        results = ResultRows(
            plan.results, having: plan.having, items: plan.items, names: plan.names,
            columnCount: ResultRows.windowColumnNames.count + plan.keyCount + plan.calls.count)
    }

    package var summary: String { plan.summary }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        program.prepare(block, &context)
        offsets.removeAll(keepingCapacity: true)
        for row in 0..<block.count { offsets.append(block.rows[row].offset) }
        // Copies share their memory: they only keep the columns in place while they are read.
        let evaluator = program.evaluator
        let columns = program.values.map { evaluator.column($0) }
        let times = context.times
        let offsets = self.offsets
        let input = AggregateInput(
            columns: columns.span, homes: evaluator.textHomes(input: block.bytes),
            times: times.span, offsets: offsets.span, split: context.split)
        for row in context.selection.rows {
            accept(Int(row), input, &context, output: &output)
        }
        applyPending(input)
        fire(upTo: context.watermark, &context, output: &output)
        flush(into: &output, &context)
        try checkMemory()
        return .rows
    }

    package func advance(_ context: inout OperatorContext, output: inout RecordBuffer) throws {
        fire(upTo: context.watermark, &context, output: &output)
        flush(into: &output, &context)
    }

    private func checkMemory() throws {
        let byteCount = windows.reduce(0) { $0 + $1.byteCount }
        guard byteCount <= StreamLimits.stateByteCountMax else {
            throw PipelineError.stateTooLarge(
                byteCount: byteCount, limit: StreamLimits.stateByteCountMax)
        }
    }

    // MARK: - Accepting

    /// Adds the rows that were accepted to their groups.
    private func applyPending(_ input: borrowing AggregateInput) {
        for index in windows.indices where !windows[index].pending.isEmpty {
            windows[index].apply(plan.accumulators, input)
        }
    }

    private func accept(
        _ row: Int, _ input: borrowing AggregateInput, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) {
        let time = input.times[row]
        guard time != OperatorContext.noTime else {
            context.report.withoutTime += 1
            return
        }
        let watermark = context.watermarks[row]
        if firedCount < windows.count, windows[firedCount].span.time <= watermark {
            // Due before this event; its groups need the rows that are pending.
            applyPending(input)
            fire(upTo: watermark, &context, output: &output)
        }
        firedWatermark = max(firedWatermark, watermark)
        key.removeAll(keepingCapacity: true)
        for index in 0..<plan.keyCount {
            CellKey.append(input.columns[index][row], input.homes, to: &key)
        }
        let hash = StableHash.hash(key.rawSpan)
        var spans = plan.windows.spans(of: time)
        var isAccepted = false
        while spans.count > 0 {
            let span = spans.next()
            guard span.time + plan.lateness > watermark else { continue }
            isAccepted = true
            let index = windowIndex(of: span)
            windows[index].accept(row, key: key.rawSpan, hash: hash)
            if span.time <= watermark {
                let entry = windows[index].pending.last.map { Int($0.entry) } ?? 0
                windows[index].apply(plan.accumulators, input)
                emit(index, entry, &context, output: &output)
            }
        }
        if !isAccepted {
            context.report.late += 1
            context.late.append(Int32(truncatingIfNeeded: row))
        }
    }

    /// Index of the window's groups, made if there are none yet.
    func windowIndex(of span: WindowSpan) -> Int {
        if hint < windows.count, windows[hint].span == span { return hint }
        var (low, high) = (0, windows.count)
        while low < high {
            let middle = (low + high) / 2
            if windows[middle].span < span { low = middle + 1 } else { high = middle }
        }
        hint = low
        if low < windows.count, windows[low].span == span { return low }
        var groups = pool.popLast() ?? WindowGroups(span: span, stride: plan.stride)
        groups.reuse(for: span)
        windows.insert(groups, at: low)
        // A late event can open a window that had no events when it fired.
        if span.time <= firedWatermark { firedCount += 1 }
        return low
    }

    // MARK: - Firing

    /// Emits the groups of the windows that the watermark has passed, and forgets those that take
    /// no more events.
    private func fire(
        upTo watermark: Int64, _ context: inout OperatorContext, output: inout RecordBuffer
    ) {
        firedWatermark = max(firedWatermark, watermark)
        while firedCount < windows.count, windows[firedCount].span.time <= watermark {
            for entry in windows[firedCount].groups.sortedEntries() {
                emit(firedCount, entry, &context, output: &output)
            }
            firedCount += 1
        }
        var gone = 0
        // No overflow: the time is within the limits, and so is the lateness.
        while gone < firedCount, windows[gone].span.time + plan.lateness <= watermark {
            AggregateState.appendRemovals(of: windows[gone], to: &removals)
            gone += 1
        }
        if gone > 0 {
            pool += windows.prefix(min(gone, Self.poolCountMax - pool.count))
            windows.removeFirst(gone)
            firedCount -= gone
            hint = max(0, hint - gone)
        }
    }

    private func emit(
        _ index: Int, _ entry: Int, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) {
        let row = results.count
        let span = windows[index].span
        results.columns[0][row] = .timestamp(span.start)
        results.columns[1][row] = .timestamp(span.end)
        results.columns[2][row] = .timestamp(span.time)
        results.readKey(of: windows[index], entry: entry, count: plan.keyCount)
        var column = ResultRows.windowColumnNames.count + plan.keyCount
        let (keyStart, keyCount) = appendRecordKey(row: row)
        for call in plan.calls {
            results.columns[column][row] = windows[index].result(
                of: call, plan.accumulators, entry: entry, text: &results.text)
            column += 1
        }
        results.endRow(timestamp: span.time, keyStart: keyStart, keyCount: keyCount)
        if results.isFull { flush(into: &output, &context) }
    }

    private func flush(into output: inout RecordBuffer, _ context: inout OperatorContext) {
        results.flush(into: &output, &context)
        results.removeAll()
    }

    /// The key of a result's record: the group's key, if there is exactly one and it is not NULL.
    private func appendRecordKey(row: Int) -> (start: Int, count: Int) {
        let start = results.text.count
        guard plan.keyCount == 1 else { return (start, -1) }
        let cell = results.columns[ResultRows.windowColumnNames.count][row]
        if cell.kind == .null { return (start, -1) }
        if cell.isText { return (Int(cell.bits), Int(cell.count)) }
        let none: [UInt8] = []
        let homes = TextHomes(
            input: none.rawSpan, arena: none.rawSpan, constants: none.rawSpan)
        RecordKey.append(cell, homes, to: &results.text)
        return (start, results.text.count - start)
    }

    // MARK: - State

    package func restore(key: RawSpan, value: RawSpan) throws {
        try AggregateState.restore(key: key, value: value, into: self)
    }

    package func collectChanges(into changes: inout [StateChange]) {
        AggregateState.collect(from: self, into: &changes)
    }

    /// Goes on where the committed run had fired.
    func restore(firedWatermark watermark: Int64) {
        firedWatermark = watermark
        firedCount = windows.prefix { $0.span.time <= watermark }.count
    }
}
