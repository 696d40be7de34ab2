import Connectors
import Records

/// One split of a pipeline's source: the batch that was read, how much of it is processed, and the
/// split's own watermark.
struct SplitCursor {
    enum Status {
        /// Has records, or was not asked yet.
        case active
        /// Had nothing when it was asked last.
        case idle
        /// Has nothing and never will.
        case ended
    }

    let name: SplitName
    var status = Status.active
    /// Whether a split that has ended by its last commit is still to be asked for more.
    var isToBeAsked = false
    var buffer = RecordBuffer()
    var rejected: [RejectedRecord] = []
    /// Rows and rejected records of the batch that are processed.
    var rowCount = 0
    var rejectedCount = 0
    /// Where the batch begins in the source: with ``nextOffset`` the place of any record in it.
    var batchStart: SourcePosition
    /// Records below are processed.
    var nextOffset: Int64 = 0
    /// Latest event time less the delay; `Int64.min` before the first.
    var watermark = Int64.min
    /// Timestamp of the last record: that of dead letters which have none of their own.
    var timestamp: Int64 = 0

    init(name: SplitName, position: SourcePosition) {
        self.name = name
        batchStart = position
    }

    /// Whether it may have records.
    var isReadable: Bool { status != .ended || isToBeAsked }

    /// Whether the batch is processed to its end.
    var isDrained: Bool { rowCount == buffer.rows.count && rejectedCount == rejected.count }

    /// Offset of the next record of the batch, or nil if it is drained.
    var peekedOffset: Int64? {
        let row = rowCount < buffer.rows.count ? buffer.rows[rowCount].offset : nil
        let rejection = rejectedCount < rejected.count ? rejected[rejectedCount].number : nil
        guard let row else { return rejection }
        return rejection.map { min($0, row) } ?? row
    }

    /// The run that the next record belongs to.
    var peekedRun: Int64? {
        // Offsets are never negative, so the division rounds down.
        peekedOffset.map { $0 / StreamLimits.runOffsetCount }
    }

    /// Makes sure that the batch has an unprocessed record, reading if needed.
    ///
    /// - Returns: whether it has one; ``status`` says why not.
    mutating func fill(from source: any Source, byteCountMax: Int) throws -> Bool {
        isToBeAsked = false
        while isDrained {
            batchStart = source.position(of: name)
            rejected.removeAll(keepingCapacity: true)
            (rowCount, rejectedCount) = (0, 0)
            let result = try source.read(
                name, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
            skipProcessed()
            guard isDrained else { break }
            switch result {
            case .records: continue
            case .idle: status = .idle
            case .end: status = .ended
            }
            return false
        }
        status = .active
        return true
    }

    /// After a resume the first batch begins before the first record that is still to be processed.
    private mutating func skipProcessed() {
        while rowCount < buffer.rows.count, buffer.rows[rowCount].offset < nextOffset {
            rowCount += 1
        }
        while rejectedCount < rejected.count, rejected[rejectedCount].number < nextOffset {
            rejectedCount += 1
        }
    }

    /// End of the rows, at most `rowCountMax` of them, and of the rejected records, whose offsets
    /// are below `end`.
    func ends(below limit: Int64, rowCountMax: Int) -> (row: Int, rejected: Int) {
        var end = limit
        if buffer.rows.count - rowCount > rowCountMax {
            end = min(end, buffer.rows[rowCount + rowCountMax].offset)
        }
        var row = rowCount
        if let last = buffer.rows.last, last.offset < end {
            row = buffer.rows.count
        } else {
            while row < buffer.rows.count, buffer.rows[row].offset < end { row += 1 }
        }
        var rejection = rejectedCount
        while rejection < rejected.count, rejected[rejection].number < end { rejection += 1 }
        return (row, rejection)
    }

    /// What a commit records: where to seek to.
    func committablePosition(in source: any Source) -> SourcePosition {
        isDrained ? source.position(of: name) : batchStart
    }
}
