import Bytes
import Expressions
import Records

/// Finds lines that are one JSON document each; passes over blank lines and counts them.
struct JSONLinesScanner: RecordScanner {
    private let recordByteCountMax: Int
    private let validates: Bool
    private var extractor = JSONExtractor([])  // No paths: it only validates.
    private var documents: [JSONDocument] = []
    private var arena: [UInt8] = []
    let payloadFormat = PayloadFormat.json

    init(_ options: ScanOptions) {
        recordByteCountMax = options.recordByteCountMax
        validates = options.validatesJSON
    }

    /// - Complexity: O(bytes); no allocation for good records once the rows have grown.
    mutating func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int {
        let base = batch.place.position
        let before = (batch.rows.count, batch.rejected.count, batch.place.lineNumber)
        var start = 0
        var search = fresh
        while start < bytes.byteCount {
            let found = bytes.firstPosition(of: LineEnds.lineFeed, from: max(start, search))
            guard let end = found ?? (isEnd ? bytes.byteCount : nil) else { break }
            let mark = base == 0 && start == 0 ? LineEnds.byteOrderMarkCount(bytes) : 0
            let content = min(start + mark, end)
            line(
                bytes, start: content,
                count: LineEnds.contentCount(bytes, start: content, end: end), base: base,
                into: &batch)
            if found != nil { batch.place.lineNumber += 1 }
            start = min(end + 1, bytes.byteCount)
            search = start
        }
        batch.place.position = base + Int64(start)
        if validates {
            rejectInvalid(
                bytes, base: base, firstRow: before.0, firstRejected: before.1,
                firstLine: before.2, in: &batch)
        }
        return start
    }

    private mutating func line(
        _ bytes: RawSpan, start: Int, count: Int, base: Int64, into batch: inout ScanBatch
    ) {
        let reason: String
        if Self.isBlank(bytes, start: start, count: count) {
            batch.blankLineCount += 1
            return
        } else if count > recordByteCountMax {
            reason = LineEnds.tooLong(Int64(count), limit: recordByteCountMax)
        } else {
            batch.accept(start: start, count: count)
            return
        }
        batch.reject(
            bytes, start: start, count: count, base: base, reason: reason)
    }

    /// Takes the rows out that are no JSON.
    ///
    /// All documents of a chunk are checked in one call, so that the extractor can use what it
    /// knows of the shape of the last one for the next.
    ///
    /// `firstRow` is the first row of this chunk, `firstRejected` its first rejected record, and
    /// `firstLine` the number of line feeds before it.
    private mutating func rejectInvalid(
        _ bytes: RawSpan, base: Int64, firstRow: Int, firstRejected: Int, firstLine: Int64,
        in batch: inout ScanBatch
    ) {
        // Moved out, so that it is borrowed from a local while the extractor works.
        var documents: [JSONDocument] = []
        swap(&documents, &self.documents)
        defer { swap(&documents, &self.documents) }
        documents.removeAll(keepingCapacity: true)
        for index in firstRow..<batch.rows.count {
            let row = batch.rows[index]
            documents.append(JSONDocument(start: Int(row.valueStart), count: Int(row.valueCount)))
        }
        arena.removeAll(keepingCapacity: true)
        extractor.extract(documents.span, in: bytes, arena: &arena)
        guard !extractor.faults.isEmpty else { return }
        var lineNumber = firstLine
        var counted = 0
        for fault in extractor.faults.sorted(by: { $0.index < $1.index }) {
            let row = batch.rows[firstRow + fault.index]
            let start = Int(row.valueStart)
            lineNumber += LineEnds.count(bytes, start: counted, end: start)
            counted = start
            batch.rows[firstRow + fault.index].valueCount = Self.rejectedMark
            let place = fault.fault.position + 1
            let kept = min(Int(row.valueCount), RejectedRecord.textByteCountMax)
            batch.rejected.append(
                RejectedRecord(
                    number: row.offset, position: base + Int64(start),
                    reason: "line \(lineNumber + 1), byte \(place): \(fault.fault.reason.rawValue)",
                    text: [UInt8](copying: bytes.slice(start, count: kept))))
        }
        batch.rows.removeAll { $0.valueCount == Self.rejectedMark }
        // Lines that are too long were rejected before these.
        batch.rejected[firstRejected...].sort { $0.number < $1.number }
    }

    /// Stands in the length of a row that is to be taken out; a tombstone is -1 and no line is one.
    private static let rejectedMark: Int32 = -2

    func skip(_ bytes: RawSpan, isStart: Bool) -> (end: Int?, lineCount: Int64) {
        guard let end = bytes.firstPosition(of: LineEnds.lineFeed) else { return (nil, 0) }
        return (end + 1, 1)
    }

    /// Whether there is nothing but JSON's white space.
    private static func isBlank(_ bytes: RawSpan, start: Int, count: Int) -> Bool {
        for position in start..<(start + count) {
            switch bytes.byte(at: position) {
            case 0x20, 0x09, 0x0D: continue
            default: return false
            }
        }
        return true
    }
}
