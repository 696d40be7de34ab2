import Bytes
import Records

/// Finds lines that are to be one JSON document each; passes over blank lines and counts them.
///
/// Whether they are documents is for ``JSONLinesChecker`` to say.
struct JSONLinesScanner: RecordScanner {
    private let recordByteCountMax: Int
    let payloadFormat = PayloadFormat.json

    init(_ options: ScanOptions) { recordByteCountMax = options.recordByteCountMax }

    /// - Complexity: O(bytes); no allocation for good records once the rows have grown.
    func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int {
        let base = batch.place.position
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
        return start
    }

    private func line(
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
