import Bytes

/// Records that lie one behind the other in a block, each closed by a line feed, collected to be
/// copied as one piece: what a pass-through of unchanged lines needs is one copy a chunk, or none
/// where ``OutputBuffer`` hands the piece on.
struct LineRun: ~Escapable {
    private let bytes: RawSpan
    private var start = 0
    private var end = 0

    @_lifetime(copy bytes)
    init(bytes: RawSpan) { self.bytes = bytes }

    /// Adds the record at `start ..< end` of the block's bytes, and a line feed behind it.
    mutating func add(start: Int, end: Int, to output: OutputBuffer) throws {
        if start != self.end { try flush(to: output) }
        if self.end == self.start { self.start = start }
        if end < bytes.byteCount, bytes.byte(at: end) == LineEnds.lineFeed {
            self.end = end + 1
        } else {
            self.end = end
            try flush(to: output)
            try output.append(byte: LineEnds.lineFeed)
        }
    }

    /// Writes what was collected.
    mutating func flush(to output: OutputBuffer) throws {
        if end > start { try output.append(bytes.slice(start, count: end - start)) }
        start = end
    }
}
