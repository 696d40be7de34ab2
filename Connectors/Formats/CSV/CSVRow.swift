import Bytes

/// The end of one row of CSV, found by RFC 4180's grammar.
enum CSVRow {
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C

    /// What was found from a row's start on.
    enum Finding: Equatable {
        /// A row: `end` is its line feed or the end of the bytes.
        case row(end: Int, fieldCount: Int)
        /// A quote where none may stand, at `position`; `field` counts from 1.
        case stray(position: Int, field: Int)
        /// The bytes end inside the row; `openQuote` is the quote that was not closed, if any.
        case incomplete(openQuote: Int?)
    }

    /// Reads one row.
    ///
    /// `lineEnd` is the position of the first line feed at or after `start`, if there is one;
    /// `isEnd` says whether the bytes are the end of the input.
    ///
    /// - Complexity: O(row); rows without quotes at the speed of counting commas.
    static func find(_ bytes: RawSpan, start: Int, lineEnd: Int?, isEnd: Bool) -> Finding {
        let end = lineEnd ?? bytes.byteCount
        let line = bytes.slice(0, count: end)
        guard line.firstPosition(of: quote, from: start) != nil else {
            guard lineEnd != nil || isEnd else { return .incomplete(openQuote: nil) }
            return .row(end: end, fieldCount: 1 + commaCount(line, from: start))
        }
        return walk(bytes, start: start, isEnd: isEnd)
    }

    private static func commaCount(_ bytes: RawSpan, from start: Int) -> Int {
        // A plain loop over a buffer, because it becomes vector instructions.
        // SAFETY: the loop stays within the buffer, used only in the call.
        unsafe bytes.withUnsafeBytes { buffer in
            var count = 0
            for index in start..<buffer.count {
                count &+= unsafe buffer[index] == comma ? 1 : 0
            }
            return count
        }
    }

    private static func walk(_ bytes: RawSpan, start: Int, isEnd: Bool) -> Finding {
        var position = start
        var field = 1
        while true {
            // At the start of a field.
            if position < bytes.byteCount, bytes.byte(at: position) == quote {
                let open = position
                guard let close = closingQuote(bytes, from: position + 1) else {
                    return .incomplete(openQuote: open)
                }
                position = close + 1
                if position == bytes.byteCount, !isEnd { return .incomplete(openQuote: nil) }
                let isAtEnd = position == bytes.byteCount || isLineEnd(bytes, at: position)
                guard isAtEnd || bytes.byte(at: position) == comma else {
                    return .stray(position: close, field: field)
                }
                if position < bytes.byteCount, bytes.byte(at: position) == LineEnds.carriageReturn {
                    position += 1
                }
            } else {
                while position < bytes.byteCount {
                    let byte = bytes.byte(at: position)
                    if byte == comma || byte == LineEnds.lineFeed { break }
                    if byte == quote { return .stray(position: position, field: field) }
                    position += 1
                }
            }
            if position == bytes.byteCount {
                return isEnd ? .row(end: position, fieldCount: field) : .incomplete(openQuote: nil)
            }
            if bytes.byte(at: position) == LineEnds.lineFeed {
                return .row(end: position, fieldCount: field)
            }
            position += 1
            field += 1
        }
    }

    /// Whether a line feed, or a carriage return before one or before the end, is at `position`.
    private static func isLineEnd(_ bytes: RawSpan, at position: Int) -> Bool {
        if bytes.byte(at: position) == LineEnds.lineFeed { return true }
        guard bytes.byte(at: position) == LineEnds.carriageReturn else { return false }
        return position + 1 == bytes.byteCount || bytes.byte(at: position + 1) == LineEnds.lineFeed
    }

    /// The quote that closes a field, doubled quotes passed over; nil if it is not there, or if a
    /// doubled one might continue behind the bytes.
    private static func closingQuote(_ bytes: RawSpan, from start: Int) -> Int? {
        var search = start
        while let found = bytes.firstPosition(of: quote, from: search) {
            guard found + 1 < bytes.byteCount, bytes.byte(at: found + 1) == quote else {
                return found
            }
            search = found + 2
        }
        return nil
    }
}
