import Bytes
import Connectors
import Expressions
import Records

/// The open windows of an aggregation, and the rules by which events enter them and rows leave
/// them (WINDOWS.md).
///
/// A value that its operator keeps in one place: its loops then need no check for exclusive access.
struct WindowedGroups {
    let plan: AggregatePlan
    private var results: ResultRows
    /// The open windows, ascending; those before ``firedCount`` have fired and wait for late events.
    var windows: [WindowGroups] = []
    private var firedCount = 0
    /// The watermark up to which windows have fired.
    private(set) var firedWatermark = Int64.min
    /// The last watermark that an event caused: the timestamp of results that have no window.
    private var lastWatermark: Int64 = 0
    /// Windows that are gone, to be used again.
    private var pool: [WindowGroups] = []
    /// Where the last event's window was found.
    private var hint = 0
    /// The groups of the window that is firing, in their order, and how many of them are out.
    private var firing: (entries: [Int], count: Int)?
    /// Committed entries of windows that are gone.
    var removals: [StateChange] = []
    private var keys = GroupKeys()

    private static let poolCountMax = 16
    /// Bytes of a window's memory above which it is given back.
    private static let pooledByteCountMax = 1 << 20

    init(_ plan: AggregatePlan) {
        self.plan = plan
        results = ResultRows(
            plan.results, having: plan.having, items: plan.items, names: plan.names,
            columnCount: ResultRows.windowColumnNames.count + plan.keyCount + plan.calls.count)
    }

    /// Adds the selected rows of a batch, and emits what fires up to the watermark behind it.
    mutating func add(
        _ input: borrowing AggregateInput, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws(PipelineError) {
        // Moved out, so that keys are borrowed while windows change.
        var keys = GroupKeys()
        swap(&keys, &self.keys)
        defer { swap(&keys, &self.keys) }
        keys.encode(context.selection.rows, count: plan.keyCount, input)
        for index in 0..<context.selection.count {
            try accept(index, keys, input, &context, output: &output)
        }
        applyPending(input)
        try advance(&context, output: &output)
    }

    /// Emits what fires up to a watermark that no event caused, or the rest of what did not fit.
    mutating func advance(
        _ context: inout OperatorContext, output: inout RecordBuffer
    ) throws(PipelineError) {
        if plan.windows.kind == .everything, plan.keyCount == 0, windows.isEmpty,
            context.watermark == .max, firedWatermark < .max
        {
            addEmptyGroup()
        }
        context.hasMore = try !fire(
            upTo: context.watermark, byteCountMax: StreamLimits.outputByteCount, &context,
            output: &output)
        try flush(into: &output, &context)
    }

    /// A total over no rows is a row too: its COUNT is 0.
    private mutating func addEmptyGroup() {
        let index = windowIndex(of: WindowSpan(start: .min, end: .max))
        let key: [UInt8] = []
        var isNew = false
        _ = windows[index].groups.findOrInsert(
            key.rawSpan, hash: StableHash.hash(key.rawSpan), isNew: &isNew)
    }

    func checkMemory() throws {
        let byteCount = windows.reduce(0) { $0 + $1.byteCount }
        guard byteCount <= StreamLimits.stateByteCountMax else {
            throw PipelineError.stateTooLarge(
                byteCount: byteCount, limit: StreamLimits.stateByteCountMax)
        }
    }

    // MARK: - Accepting

    /// Adds the rows that were accepted to their groups.
    private mutating func applyPending(_ input: borrowing AggregateInput) {
        for index in windows.indices where !windows[index].pending.isEmpty {
            windows[index].apply(plan.accumulators, input)
        }
    }

    /// Takes in one row: the selection's `index`-th.
    private mutating func accept(
        _ index: Int, _ keys: borrowing GroupKeys, _ input: borrowing AggregateInput,
        _ context: inout OperatorContext, output: inout RecordBuffer
    ) throws(PipelineError) {
        let row = Int(context.selection.rows[index])
        let time = input.times[row]
        guard time != OperatorContext.noTime else {
            context.report.withoutTime += 1
            return
        }
        let watermark = context.watermarks[row]
        // Without lateness no event can enter a window that is due, so firing can wait for the
        // batch's end: the rows come out in the same order. With it, a due window must be out
        // before an event that updates it.
        if plan.lateness > 0 { try fireDue(before: watermark, input, &context, output: &output) }
        let key = keys.key(index)
        let hash = StableHash.hash(key)
        var spans = plan.windows.spans(of: time)
        var isAccepted = false
        while spans.count > 0 {
            let span = spans.next()
            guard span.time + plan.lateness > watermark else { continue }
            isAccepted = true
            let place = windowIndex(of: span)
            windows[place].accept(row, key: key, hash: hash)
            if span.time <= watermark {
                let entry = windows[place].pending.last.map { Int($0.entry) } ?? 0
                windows[place].apply(plan.accumulators, input)
                try emit(place, entry, &context, output: &output)
            }
        }
        if !isAccepted {
            context.report.late += 1
            context.late.append(Int32(truncatingIfNeeded: row))
        }
    }

    private mutating func fireDue(
        before watermark: Int64, _ input: borrowing AggregateInput,
        _ context: inout OperatorContext, output: inout RecordBuffer
    ) throws(PipelineError) {
        if firedCount < windows.count, windows[firedCount].span.time <= watermark {
            // The groups need the rows that are pending.
            applyPending(input)
            _ = try fire(upTo: watermark, byteCountMax: .max, &context, output: &output)
        }
        firedWatermark = max(firedWatermark, watermark)
    }

    /// Index of the window's groups, made if there are none yet.
    mutating func windowIndex(of span: WindowSpan) -> Int {
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
    ///
    /// - Returns: whether all are out; if not, because `output` has `byteCountMax` bytes, it is to
    ///   be called again.
    private mutating func fire(
        upTo watermark: Int64, byteCountMax: Int, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws(PipelineError) -> Bool {
        if watermark < .max { lastWatermark = max(lastWatermark, watermark) }
        firedWatermark = max(firedWatermark, watermark)
        while firedCount < windows.count, windows[firedCount].span.time <= watermark {
            let entries = firing?.entries ?? windows[firedCount].groups.sortedEntries()
            var count = firing?.count ?? 0
            while count < entries.count {
                guard output.bytes.count < byteCountMax else {
                    firing = (entries, count)
                    return false
                }
                try emit(firedCount, entries[count], &context, output: &output)
                count += 1
            }
            firing = nil
            firedCount += 1
        }
        forgetGone(watermark)
        return true
    }

    private mutating func forgetGone(_ watermark: Int64) {
        var gone = 0
        // No overflow: the time is within the limits, and so is the lateness.
        while gone < firedCount, windows[gone].span.time + plan.lateness <= watermark {
            AggregateState.appendRemovals(of: windows[gone], to: &removals)
            gone += 1
        }
        guard gone > 0 else { return }
        for window in windows[..<gone]
        where pool.count < Self.poolCountMax && window.byteCount <= Self.pooledByteCountMax {
            pool.append(window)
        }
        windows.removeFirst(gone)
        firedCount -= gone
        hint = max(0, hint - gone)
    }

    private mutating func emit(
        _ index: Int, _ entry: Int, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws(PipelineError) {
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
        let timestamp = plan.windows.kind == .everything ? lastWatermark : span.time
        results.endRow(timestamp: timestamp, keyStart: keyStart, keyCount: keyCount)
        if results.isFull { try flush(into: &output, &context) }
    }

    private mutating func flush(
        into output: inout RecordBuffer, _ context: inout OperatorContext
    ) throws(PipelineError) {
        try results.flush(into: &output, &context)
        results.removeAll()
    }

    /// The key of a result's record: the group's key, if there is exactly one and it is not NULL.
    private mutating func appendRecordKey(row: Int) -> (start: Int, count: Int) {
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

    /// Goes on where the committed run had fired.
    mutating func restore(firedWatermark watermark: Int64) {
        firedWatermark = watermark
        if watermark < .max { lastWatermark = max(0, watermark) }
        firedCount = windows.prefix { $0.span.time <= watermark }.count
    }
}
