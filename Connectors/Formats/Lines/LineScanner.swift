import Bytes
import Records

/// Finds lines; any byte but the line feed may be in one, valid UTF-8 or not.
struct LineScanner: RecordScanner {
    private let recordByteCountMax: Int
    let payloadFormat = PayloadFormat.raw

    init(_ options: ScanOptions) { recordByteCountMax = options.recordByteCountMax }

    /// - Complexity: O(bytes), one `memchr` a line, no allocation once the rows have grown.
    func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int {
        let base = batch.place.position
        var start = 0
        var search = fresh
        while start < bytes.byteCount {
            let found = bytes.firstPosition(of: LineEnds.lineFeed, from: max(start, search))
            guard let end = found ?? (isEnd ? bytes.byteCount : nil) else { break }
            let count = LineEnds.contentCount(bytes, start: start, end: end)
            if count <= recordByteCountMax {
                batch.accept(start: start, count: count)
            } else {
                batch.reject(
                    bytes, start: start, count: count, base: base,
                    reason: LineEnds.tooLong(Int64(count), limit: recordByteCountMax))
            }
            if found != nil { batch.place.lineNumber += 1 }
            start = min(end + 1, bytes.byteCount)
            search = start
        }
        batch.place.position = base + Int64(start)
        return start
    }

    func skip(_ bytes: RawSpan, isStart: Bool) -> (end: Int?, lineCount: Int64) {
        guard let end = bytes.firstPosition(of: LineEnds.lineFeed) else { return (nil, 0) }
        return (end + 1, 1)
    }
}
