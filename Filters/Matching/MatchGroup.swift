import Bytes
import Expressions
import Records

/// Conditions that are evaluated together: their SQL is one program, in which equal terms are one
/// step.
///
/// A batch is cut into pieces so that the results that the program remembers stay within a limit.
/// For each piece the gates' fields are looked up, and each condition is evaluated for the records
/// that its gate let through.
struct MatchGroup: Sendable {
    /// A condition of the group, and the gates that it may stand behind.
    struct Member: Sendable {
        let condition: Int32
        let gates: [Int32]
    }

    var evaluator: Evaluator
    var gates: [MatchGate] = []
    var tables: [GateTable] = []
    /// Those with a gate; the others are in ``open``.
    var members: [Member] = []
    /// Conditions without a gate: they see every record.
    private var open: [Int32] = []
    /// Gates that let a record of the current piece through.
    var usedGates: [Int32] = []
    /// By row of the current piece: the hashes of the subject that is looked up.
    var hashes: [GateHashes] = []
    var measurement = GateMeasurement()

    private var fields = RecordFieldState()
    private var selection = Selection()
    private var report = FilterReport()
    private let rowCountMax: Int
    private let textByteCountMax: Int

    init(
        _ program: Program, _ conditions: [MatchCondition], of members: [Int32],
        limits: MatcherLimits
    ) {
        evaluator = Evaluator(program)
        var drafts = GateDrafts()
        for member in members {
            let gates = drafts.add(conditions[Int(member)], program)
            if gates.isEmpty {
                open.append(member)
            } else {
                self.members.append(Member(condition: member, gates: gates))
            }
        }
        gates = drafts.gates
        tables = drafts.tables
        let bytes = program.byteCountPerRow + gates.count * MemoryLayout<Int32>.stride
        let rows = min(limits.pieceRowCountMax, limits.workingByteCountMax / max(1, bytes))
        rowCountMax = max(1, min(rows, program.rowCountMax))
        let texts = program.textStepCount
        textByteCountMax = texts == 0 ? .max : limits.workingByteCountMax / texts
        chooseGates(rowCount: 0)
    }

    /// Payloads that were not of the declared format.
    var malformedCount: Int { fields.malformedCount }
    /// See ``FilterReport/undefinedArithmetic``.
    var undefinedArithmetic: Int { evaluator.counters.undefinedArithmetic }

    /// Evaluates all conditions over a batch.
    ///
    /// `conditions` are those of the matcher and note what they selected; `found` receives those
    /// that did.
    mutating func match(
        _ block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        _ conditions: inout [MatchCondition], found: inout [Int32]
    ) {
        var start = 0
        while start < block.count {
            let end = pieceEnd(block, from: start)
            let piece = RecordBlock(
                bytes: block.bytes, rows: block.rows.extracting(start..<end),
                findings: block.findings)
            matchPiece(
                piece, start: Int32(start), of: stream, now: now, &conditions, found: &found)
            start = end
        }
        // There may be many such groups, and each could keep as much as a single filter does.
        if evaluator.program.rowCountMax < .max { evaluator.releaseTexts() }
    }

    /// The end of the piece that starts at a row: at least one record.
    private func pieceEnd(_ block: borrowing RecordBlock, from start: Int) -> Int {
        let most = min(block.count, start + rowCountMax)
        guard textByteCountMax < .max else { return most }
        var byteCount = 0
        var end = start
        while end < most {
            let row = block.rows[end]
            byteCount += Int(max(0, row.valueCount) + max(0, row.keyCount) + row.headersByteCount)
            if byteCount > textByteCountMax, end > start { break }
            end += 1
        }
        return end
    }

    private mutating func matchPiece(
        _ piece: borrowing RecordBlock, start: Int32, of stream: RecordStream, now: Int64,
        _ conditions: inout [MatchCondition], found: inout [Int32]
    ) {
        var source = RecordFieldSource(piece, of: stream, taking: &fields)
        evaluator.begin(now: now)
        let all = Selection(all: piece.count)
        lookUpGates(piece, &source, all)
        var work = PieceWork(start: start, stream: stream, now: now)
        for index in usedGates {
            var rows = Selection()
            swap(&rows, &gates[Int(index)].rows)
            work.hasTags = true
            if gates[Int(index)].filter != nil {
                work.hasTags = false
                gates[Int(index)].filter?.select(
                    from: piece, of: stream, now: now, selection: &rows, report: &report)
            }
            let members = gates[Int(index)].conditions
            for member in members where !rows.isEmpty {
                evaluate(Int(member), rows, work, piece, &source, &conditions, &found)
            }
            rows.removeAll()
            swap(&rows, &gates[Int(index)].rows)
        }
        usedGates.removeAll(keepingCapacity: true)
        work.hasTags = true
        for member in open {
            evaluate(Int(member), all, work, piece, &source, &conditions, &found)
        }
        source.finish(into: &fields)
        if measurement.endPiece(piece.count) { chooseGates(rowCount: measurement.takeSample()) }
    }

    /// What is the same for all conditions of a piece.
    private struct PieceWork {
        let start: Int32
        let stream: RecordStream
        let now: Int64
        /// Whether tags are still to be looked at: false behind a gate of tags.
        var hasTags = true
    }

    private mutating func evaluate(
        _ index: Int, _ rows: Selection, _ work: PieceWork, _ piece: borrowing RecordBlock,
        _ source: inout RecordFieldSource, _ conditions: inout [MatchCondition],
        _ found: inout [Int32]
    ) {
        selection.assign(rows)
        report.beginBatch()
        for place in conditions[index].before.indices where !selection.isEmpty {
            if !work.hasTags, conditions[index].before[place] is TagFilter { continue }
            conditions[index].before[place].select(
                from: piece, of: work.stream, now: work.now, selection: &selection,
                report: &report)
        }
        if let root = conditions[index].root, !selection.isEmpty {
            let errorCount = evaluator.errorRows.count
            evaluator.filter(root, &source, &selection)
            for error in evaluator.errorRows[errorCount...] { report.note(error) }
        }
        for place in conditions[index].after.indices where !selection.isEmpty {
            conditions[index].after[place].select(
                from: piece, of: work.stream, now: work.now, selection: &selection,
                report: &report)
        }
        let hadFound = conditions[index].hasFound
        conditions[index].note(
            evaluated: rows.count, matches: selection, errors: report.errorRows, start: work.start)
        if !hadFound, conditions[index].hasFound { found.append(Int32(index)) }
    }
}
