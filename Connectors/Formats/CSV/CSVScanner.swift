import Bytes
import Expressions
import Records

/// Finds rows of CSV, each with as many fields as there are columns.
struct CSVScanner: RecordScanner {
    private let recordByteCountMax: Int
    private var columns: [String]?
    private var isInQuotes = false  // While a record over the limit is passed over.

    init(_ options: ScanOptions) {
        recordByteCountMax = options.recordByteCountMax
        columns = options.csvColumns
    }

    var payloadFormat: PayloadFormat { .csv(columns: columns ?? []) }
    var needsHeader: Bool { columns == nil }

    /// - Complexity: O(bytes); no allocation for good rows once the batch's rows have grown.
    mutating func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int {
        guard isEnd || bytes.firstPosition(of: LineEnds.lineFeed, from: fresh) != nil else {
            return 0
        }
        let base = batch.place.position
        var start = base == 0 ? LineEnds.byteOrderMarkCount(bytes) : 0
        while start < bytes.byteCount {
            guard let next = row(bytes, start: start, base: base, isEnd: isEnd, into: &batch)
            else { break }
            batch.place.lineNumber += LineEnds.count(bytes, start: start, end: next)
            start = next
        }
        batch.place.position = base + Int64(start)
        return start
    }

    /// Takes the row at `start`; nil if it is incomplete, else where the next one starts.
    ///
    /// Rows behind a quote that is never closed are not lost with it: only the line with the quote
    /// is rejected, and the next line is a row again. By parity, those rows' own quotes close, so
    /// the bytes are walked twice at most.
    private mutating func row(
        _ bytes: RawSpan, start: Int, base: Int64, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int? {
        let lineEnd = bytes.firstPosition(of: LineEnds.lineFeed, from: start)
        let end: Int
        let problem: String
        switch CSVRow.find(bytes, start: start, lineEnd: lineEnd, isEnd: isEnd) {
        case .row(let rowEnd, let fieldCount):
            let count = LineEnds.contentCount(bytes, start: start, end: rowEnd)
            let content = bytes.slice(start, count: count)
            guard let found = self.problem(content, fieldCount: fieldCount, into: &batch) else {
                if count > 0 || columns?.count == 1 { batch.accept(start: start, count: count) }
                return min(rowEnd + 1, bytes.byteCount)
            }
            (end, problem) = (rowEnd, found)
        case .stray(let position, let field):
            let found = bytes.firstPosition(of: LineEnds.lineFeed, from: position)
            guard let found = found ?? (isEnd ? bytes.byteCount : nil) else { return nil }
            (end, problem) = (found, Self.stray(position - start, field: field))
            if end - start > recordByteCountMax {
                return rejectLong(bytes, start: start, base: base, into: &batch)
            }
        case .incomplete(let openQuote):
            guard isEnd, let openQuote else { return nil }
            // Too long to be one record: passed over as one, as where it does not fit in memory.
            if bytes.byteCount - start > recordByteCountMax + 2 {
                return rejectLong(bytes, start: start, base: base, into: &batch)
            }
            (end, problem) = (lineEnd ?? bytes.byteCount, Self.unclosed(openQuote - start))
        }
        let count = LineEnds.contentCount(bytes, start: start, end: end)
        batch.reject(bytes, start: start, count: count, base: base, reason: problem)
        return min(end + 1, bytes.byteCount)
    }

    /// What is wrong with a row that the grammar accepts; counts a blank line.
    private func problem(
        _ content: RawSpan, fieldCount: Int, into batch: inout ScanBatch
    ) -> String? {
        let needed = columns?.count ?? 0
        if content.byteCount == 0, needed != 1 {
            batch.blankLineCount += 1
            return nil
        }
        if content.byteCount > recordByteCountMax {
            return LineEnds.tooLong(Int64(content.byteCount), limit: recordByteCountMax)
        }
        if fieldCount != needed {
            return ": the row has \(fieldCount) fields, the header line names \(needed)"
        }
        guard let invalid = UTF8Text.firstInvalid(in: content) else { return nil }
        return ", byte \(invalid + 1): the bytes are not UTF-8"
    }

    private mutating func rejectLong(
        _ bytes: RawSpan, start: Int, base: Int64, into batch: inout ScanBatch
    ) -> Int {
        let rest = bytes.slice(start, count: bytes.byteCount - start)
        let found = skip(rest, isStart: true).end
        let end = found.map { start + $0 - 1 } ?? bytes.byteCount
        let count = LineEnds.contentCount(bytes, start: start, end: end)
        batch.reject(
            bytes, start: start, count: count, base: base,
            reason: LineEnds.tooLong(Int64(count), limit: recordByteCountMax))
        return found.map { start + $0 } ?? bytes.byteCount
    }

    /// Reads the columns' names.
    mutating func scanHeader(
        _ bytes: RawSpan, isEnd: Bool, place: inout ScanPlace
    ) throws(FormatError) -> Int? {
        let start = LineEnds.byteOrderMarkCount(bytes)
        guard start < bytes.byteCount || isEnd else { return nil }
        let lineEnd = bytes.firstPosition(of: LineEnds.lineFeed, from: start)
        switch CSVRow.find(bytes, start: start, lineEnd: lineEnd, isEnd: isEnd) {
        case .row(let end, let fieldCount):
            guard fieldCount <= ConnectorLimits.columnCountMax else {
                throw .tooManyColumns(limit: ConnectorLimits.columnCountMax)
            }
            let count = LineEnds.contentCount(bytes, start: start, end: end)
            columns = try Self.columns(bytes.slice(start, count: count))
            let next = min(end + 1, bytes.byteCount)
            place.position += Int64(next)
            place.lineNumber += LineEnds.count(bytes, start: 0, end: next)
            return next
        case .stray(let position, let field):
            throw .malformedHeader(reason: Self.stray(position - start, field: field))
        case .incomplete(let openQuote):
            guard isEnd, let openQuote else { return nil }
            throw .malformedHeader(reason: Self.unclosed(openQuote - start))
        }
    }

    private static func columns(_ row: RawSpan) throws(FormatError) -> [String] {
        if let invalid = UTF8Text.firstInvalid(in: row) {
            throw .malformedHeader(reason: ", byte \(invalid + 1): the bytes are not UTF-8")
        }
        guard row.byteCount > 0 else { return [] }
        let names = CSVField.texts(of: row)
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw .duplicateColumn(name) }
        return names
    }

    private static func stray(_ position: Int, field: Int) -> String {
        ", byte \(position + 1): field \(field) has a quote that neither encloses it nor is doubled"
    }

    private static func unclosed(_ position: Int) -> String {
        ", byte \(position + 1): the quote is never closed"
    }

    mutating func skip(_ bytes: RawSpan, isStart: Bool) -> (end: Int?, lineCount: Int64) {
        if isStart { isInQuotes = false }
        var lineCount: Int64 = 0
        for position in 0..<bytes.byteCount {
            switch bytes.byte(at: position) {
            case CSVRow.quote: isInQuotes.toggle()
            case LineEnds.lineFeed:
                lineCount += 1
                if !isInQuotes { return (position + 1, lineCount) }
            default: continue
            }
        }
        return (nil, lineCount)
    }
}
