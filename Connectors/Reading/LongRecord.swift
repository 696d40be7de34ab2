import Bytes

/// A record over the limit while it is passed over: how long it is, and how it begins.
struct LongRecord {
    /// Bytes of the record with its line end.
    private(set) var byteCount: Int64 = 0
    private(set) var lineCount: Int64 = 0
    private var text: [UInt8] = []
    private var tail: [UInt8] = []  // Its last two bytes, which may be a line end.

    /// Adds the record's next bytes: all, or those before `end`.
    mutating func add(_ bytes: RawSpan, end: Int?, lineCount: Int64) {
        let count = end ?? bytes.byteCount
        let kept = min(count, RejectedRecord.textByteCountMax - text.count)
        text.append(copying: bytes.slice(0, count: kept))
        let last = min(count, 2)
        tail.append(copying: bytes.slice(count - last, count: last))
        tail.removeFirst(max(0, tail.count - 2))
        byteCount += Int64(count)
        self.lineCount += lineCount
    }

    /// What is told of it, its line end left out if the format has lines.
    func rejection(at place: ScanPlace, isLine: Bool, limit: Int) -> RejectedRecord {
        var content = byteCount
        if isLine {
            var tail = tail[...]
            if tail.last == LineEnds.lineFeed { tail.removeLast() }
            if tail.last == LineEnds.carriageReturn { tail.removeLast() }
            content -= Int64(self.tail.count - tail.count)
        }
        return RejectedRecord(
            number: place.recordNumber, position: place.position,
            reason: "line \(place.lineNumber + 1)" + LineEnds.tooLong(content, limit: limit),
            text: Array(text.prefix(Int(clamping: content))))
    }
}
