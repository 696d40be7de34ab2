import Bytes
package import Connectors
import Expressions
import Records

/// Reads a source, runs its records through operators, writes to a target; used by one thread.
///
/// The one engine under `pipe`, `produce`, `import`, `export` and SQL jobs.
///
/// The output depends on the data alone: not on how reads cut it into batches, not on when commits
/// happen, not on a kill and a resume. See the module's page for the rules that make it so.
package final class Pipeline {
    let source: any Source
    let target: any Target
    let operators: [any Operator]
    let options: PipelineOptions
    private let eventTime: any EventTimeReader
    var cursors: [SplitCursor]
    var clock: EventClock
    /// The split whose run is under way, and the run.
    var current: (split: Int, run: Int64)?
    var context = OperatorContext()
    /// Rows that go through the operators at once.
    private let rowCountMax: Int
    /// One buffer for the new rows of each operator.
    private var outputs: [RecordBuffer]
    private var deadLetters = DeadLetters()
    /// Bytes processed since the last commit.
    private var uncommittedByteCount = 0
    /// Whether anything was processed since the last commit.
    private var isDirty = false

    /// - Parameters:
    ///   - source: open; closing it is the caller's business.
    ///   - operators: in the order of the data path.
    ///   - target: open; closing it is the caller's business.
    ///   - eventTime: the time by which several splits are read in step, and windows close.
    ///   - options: how it runs.
    package init(
        source: any Source, operators: [any Operator] = [], target: any Target,
        eventTime: any EventTimeReader = RecordTimestamps(),
        options: PipelineOptions = PipelineOptions()
    ) {
        self.source = source
        self.operators = operators
        self.target = target
        self.eventTime = eventTime
        self.options = options
        cursors = source.splits.map {
            SplitCursor(name: $0, position: source.position(of: $0))
        }
        clock = EventClock(delay: options.watermarkDelay)
        outputs = Array(repeating: RecordBuffer(), count: operators.count)
        rowCountMax = operators.reduce(eventTime.rowCountMax) { min($0, $1.rowCountMax) }
    }

    /// Continues where the target's last commit ended, and runs until the input ends, a limit is
    /// reached, nothing is left for now or `shouldStop`, asked between batches, is true.
    ///
    /// - Throws: ``PipelineError``, or what the source or the target threw. What was committed
    ///   before stays; the rest is as if it had never been read.
    package func run(shouldStop: () -> Bool = { false }) throws -> PipelineReport {
        try restore()
        context.report.ending = try process(shouldStop: shouldStop)
        try commit()
        // A run that was stopped is no whole output.
        if context.report.ending != .stopped { try target.finish() }
        return context.report
    }

    private func process(shouldStop: () -> Bool) throws -> PipelineReport.Ending {
        while !shouldStop() {
            // Asked first: a limit may have been reached before the last commit.
            if operators.contains(where: { $0.isSatisfied }) {
                return .limitReached
            }
            if let split = try chooseSplit() {
                try processBatch(of: split)
                if isCommitDue { try commit() }
                options.onProgress?(context.report, source.progress)
            } else if cursors.allSatisfy({ $0.status == .ended }) {
                try advance(to: .max)
                return .inputEnded
            } else {
                try advance(to: lowestWatermark(besides: nil) ?? highestWatermark)
                try commit()
                guard let whenIdle = options.whenIdle, try whenIdle() else { return .caughtUp }
            }
        }
        return .stopped
    }

    // MARK: - Which split is next

    /// The split whose records come next, with at least one of them in its cursor; nil if no split
    /// has any now.
    private func chooseSplit() throws -> Int? {
        // A split that has just answered that it has nothing is not asked again: the second read of
        // an idle source waits, and what should be committed now would wait with it.
        var empty: Int?
        if let current {
            if try fill(current.split) {
                // One split needs no runs; nor does the rest of a run need a choice.
                if cursors.count == 1 || cursors[current.split].peekedRun == current.run {
                    return current.split
                }
            } else {
                empty = current.split
            }
        }
        current = nil
        var candidates = cursors.indices.filter { $0 != empty && cursors[$0].isReadable }
        while let split = candidates.min(by: { isBefore($0, $1) }) {
            if try fill(split), let run = cursors[split].peekedRun {
                current = (split, run)
                return split
            }
            candidates.removeAll { $0 == split }
        }
        return nil
    }

    /// The order in which splits are read: by their own watermark, then by their place.
    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (cursors[left].watermark, left) < (cursors[right].watermark, right)
    }

    private func fill(_ split: Int) throws -> Bool {
        guard cursors[split].isReadable else { return false }
        return try cursors[split].fill(from: source, byteCountMax: options.readByteCount)
    }

    /// The lowest watermark of the splits that count; nil if none does.
    private func lowestWatermark(besides split: Int?) -> Int64? {
        var lowest: Int64?
        for (index, cursor) in cursors.enumerated() where index != split {
            let counts =
                switch cursor.status {
                case .active: true
                case .idle: options.idleSplitsHoldWatermark
                case .ended: false
                }
            if counts { lowest = min(lowest ?? .max, cursor.watermark) }
        }
        return lowest
    }

    /// The highest watermark of all splits: that of a job all of whose inputs are idle.
    private var highestWatermark: Int64 {
        cursors.reduce(Int64.min) { max($0, $1.watermark) }
    }

    // MARK: - One batch

    /// Processes what the cursor holds of the current run.
    private func processBatch(of split: Int) throws {
        isDirty = true
        let end =
            cursors.count == 1 ? Int64.max : Self.end(ofRun: current?.run ?? 0)
        let (rowEnd, rejectedEnd) = cursors[split].ends(below: end, rowCountMax: rowCountMax)
        let rows = cursors[split].rowCount..<rowEnd
        let rejected = cursors[split].rejectedCount..<rejectedEnd
        try takeRejected(rejected, of: split)
        if !rows.isEmpty {
            // Moved out, so that the records are borrowed from a local while the pipeline works.
            var buffer = RecordBuffer()
            swap(&buffer, &cursors[split].buffer)
            defer { swap(&buffer, &cursors[split].buffer) }
            let block = RecordBlock(
                bytes: buffer.bytes.rawSpan, rows: buffer.rows.span.extracting(rows),
                findings: buffer.findings)
            try process(block, of: split)
        }
        if !deadLetters.isEmpty {
            context.report.deadLettered += Int64(deadLetters.count)
            try deadLetters.write(to: target)
        }
        markProcessed(split, rows: rows, rejected: rejected)
    }

    /// The first offset behind a run; a log from outside may hold the highest offset there is.
    private static func end(ofRun run: Int64) -> Int64 {
        let (end, isBeyond) = (run + 1).multipliedReportingOverflow(
            by: StreamLimits.runOffsetCount)
        return isBeyond ? .max : end
    }

    private func markProcessed(_ split: Int, rows: Range<Int>, rejected: Range<Int>) {
        var next = cursors[split].nextOffset
        if let row = rows.last {
            next = max(next, cursors[split].buffer.rows[row].offset + 1)
            cursors[split].timestamp = cursors[split].buffer.rows[row].timestamp
        }
        if let rejection = rejected.last {
            next = max(next, cursors[split].rejected[rejection].number + 1)
        }
        cursors[split].nextOffset = next
        cursors[split].rowCount = rows.upperBound
        cursors[split].rejectedCount = rejected.upperBound
    }

    private func takeRejected(_ range: Range<Int>, of split: Int) throws {
        for index in range {
            let rejected = cursors[split].rejected[index]
            context.report.rejected += 1
            switch options.onError {
            case .skip: break
            case .deadLetter:
                deadLetters.append(
                    rejected, of: cursors[split].name,
                    timestamp: timestamp(before: rejected.number, of: split))
            case .fail:
                throw PipelineError.rejected(
                    split: cursors[split].name, number: rejected.number, reason: rejected.reason)
            }
        }
    }

    /// The timestamp of the last record before `number`, which a dead letter without one takes.
    private func timestamp(before number: Int64, of split: Int) -> Int64 {
        let cursor = cursors[split]
        var timestamp = cursor.timestamp
        var row = cursor.rowCount
        while row < cursor.buffer.rows.count, cursor.buffer.rows[row].offset < number {
            timestamp = cursor.buffer.rows[row].timestamp
            row += 1
        }
        return timestamp
    }

    private func process(_ block: borrowing RecordBlock, of split: Int) throws {
        context.split = split
        context.selection.selectAll(block.count)
        context.report.read += Int64(block.count)
        let byteCount = Self.byteCount(of: block, context.selection)
        context.report.bytesIn += Int64(byteCount)
        uncommittedByteCount += byteCount
        eventTime.readTimes(of: block, &context)
        let others = lowestWatermark(besides: split) ?? .max
        clock.run(
            context.times, own: &cursors[split].watermark, others: others,
            into: &context.watermarks)
        context.watermark = clock.watermark
        try settleFailures(block)
        try push(block, from: 0)
    }

    /// Runs the selected rows through the operators from `index` on and writes what remains.
    private func push(_ block: borrowing RecordBlock, from index: Int) throws {
        for position in index..<operators.count {
            // Moved out, so that the new rows are borrowed from a local.
            var output = RecordBuffer()
            swap(&output, &outputs[position])
            defer { swap(&output, &outputs[position]) }
            output.removeAll()
            let result = try operators[position].process(block, &context, output: &output)
            try settleFailures(block)
            try settleResultErrors()
            if !context.late.isEmpty {
                try target.write(.late, block, selection: context.late)
                context.late.removeAll()
            }
            if result == .rows {
                try pushAll(of: position, &output)
                return
            }
        }
        try write(block)
    }

    /// Pushes what an operator made, and the rest of it if it did not fit one buffer.
    private func pushAll(of position: Int, _ output: inout RecordBuffer) throws {
        while true {
            // Kept aside: the operators behind have rests of their own.
            let hasMore = context.hasMore
            context.hasMore = false
            try pushRows(of: output, from: position + 1)
            guard hasMore else { return }
            output.removeAll()
            try operators[position].advance(&context, output: &output)
            try settleResultErrors()
        }
    }

    private func pushRows(of output: borrowing RecordBuffer, from index: Int) throws {
        guard !output.isEmpty else { return }
        context.selection.selectAll(output.rows.count)
        try push(output.block, from: index)
    }

    private func write(_ block: borrowing RecordBlock) throws {
        guard !context.selection.isEmpty else { return }
        context.report.written += Int64(context.selection.count)
        context.report.bytesOut += Int64(Self.byteCount(of: block, context.selection))
        try target.write(.main, block, selection: context.selection)
    }

    /// Deals with the rows that the last step could not evaluate.
    private func settleFailures(_ block: borrowing RecordBlock) throws {
        guard !context.failures.isEmpty else { return }
        let name = cursors[context.split].name
        for failure in context.failures {
            context.report.evaluationErrors[Int(failure.error.rawValue)] += 1
            let row = Int(failure.row)
            switch failure.policy ?? options.onError {
            case .skip: break
            case .deadLetter:
                deadLetters.append(block, row: row, of: name, reason: failure.error.sentence)
            case .fail:
                throw PipelineError.evaluation(
                    split: name, number: block.rows[row].offset, error: failure.error)
            }
        }
        context.failures.removeAll(keepingCapacity: true)
    }

    /// Deals with computed rows that could not be evaluated: there is no record to put aside.
    private func settleResultErrors() throws {
        for error in context.resultErrors {
            context.report.evaluationErrors[Int(error.rawValue)] += 1
            if options.onError == .fail { throw PipelineError.resultEvaluation(error) }
        }
        context.resultErrors.removeAll(keepingCapacity: true)
    }

    /// Moves the watermark without a record and passes on what that completes.
    private func advance(to watermark: Int64) throws {
        guard watermark > clock.watermark || watermark == .max else { return }
        isDirty = true
        clock.advance(to: watermark)
        context.watermark = clock.watermark
        for position in operators.indices {
            var output = RecordBuffer()
            swap(&output, &outputs[position])
            defer { swap(&output, &outputs[position]) }
            output.removeAll()
            try operators[position].advance(&context, output: &output)
            try settleResultErrors()
            try pushAll(of: position, &output)
        }
    }

    private static func byteCount(of block: borrowing RecordBlock, _ selection: Selection) -> Int {
        var count = 0
        for row in selection.rows {
            let place = block.rows[Int(row)]
            count += Int(max(0, place.valueCount)) + Int(max(0, place.keyCount))
        }
        return count
    }

    // MARK: - Commits

    private var isCommitDue: Bool {
        uncommittedByteCount >= options.commitInputByteCount
            || target.pendingByteCount > options.commitOutputByteCount
    }

    private func commit() throws {
        guard isDirty else { return }
        var positions: [SplitName: SourcePosition] = [:]
        for cursor in cursors { positions[cursor.name] = cursor.committablePosition(in: source) }
        try target.commit(positions: positions, state: collectState())
        context.report.commits += 1
        uncommittedByteCount = 0
        isDirty = false
    }
}
