import Bytes

/// What all formats with one record a line share.
enum LineEnds {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D

    /// Bytes of the line `start ..< end` without a carriage return at its end.
    static func contentCount(_ bytes: RawSpan, start: Int, end: Int) -> Int {
        end > start && bytes.byte(at: end - 1) == carriageReturn ? end - start - 1 : end - start
    }

    /// Number of line feeds in `start ..< end`; O(bytes), by `memchr`.
    static func count(_ bytes: RawSpan, start: Int, end: Int) -> Int64 {
        let part = bytes.slice(0, count: end)
        var position = start
        var count: Int64 = 0
        while let found = part.firstPosition(of: lineFeed, from: position) {
            count += 1
            position = found + 1
        }
        return count
    }

    /// Bytes of the byte order mark at the front of a split's text: 3 or 0.
    ///
    /// RFC 8259 §8.1 lets a reader ignore it in JSON; spreadsheets write it into CSV.
    static func byteOrderMarkCount(_ bytes: RawSpan) -> Int {
        guard bytes.byteCount >= 3, bytes.byte(at: 0) == 0xEF, bytes.byte(at: 1) == 0xBB,
            bytes.byte(at: 2) == 0xBF
        else { return 0 }
        return 3
    }

    /// The reason for a record over the limit; `count` does not include the line end.
    static func tooLong(_ count: Int64, limit: Int) -> String {
        ": the record has \(count) bytes, the limit is \(limit)"
    }
}
