import Bytes

/// Moves over JSON without validating: for text that is known to be valid, and for looking ahead
/// in text that will be validated.
///
/// Total on any bytes.
package enum JSONSkipper {
    /// Number of elements of the array, or members of the object, that opens at `start`.
    ///
    /// O(byte count). For text that is not valid the number means nothing.
    package static func elementCount(_ text: RawSpan, from start: Int = 0) -> Int {
        var position = start
        JSONScanner.skipBlanks(text, &position)
        position += 1
        JSONScanner.skipBlanks(text, &position)
        guard position < text.byteCount, !isClosing(text.byte(at: position)) else { return 0 }
        var count = 1
        while true {
            skipValue(text, &position)
            guard position < text.byteCount, !isClosing(text.byte(at: position)) else {
                return count
            }
            // Members have two values in this count, divided by a colon.
            if text.byte(at: position) == UInt8(ascii: ",") { count += 1 }
            position += 1
        }
    }

    /// Moves to the comma, colon or closing bracket behind the value at `position`, or to the end.
    static func skipValue(_ text: RawSpan, _ position: inout Int) {
        var depth = 0
        while position < text.byteCount {
            switch text.byte(at: position) {
            case UInt8(ascii: "\""):
                position += 1
                skipString(text, &position)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return }
            default:
                break
            }
            position += 1
        }
    }

    /// Moves behind the closing quote; `position` is behind the opening one.
    ///
    /// - Returns: whether there are escapes.
    @discardableResult
    static func skipString(_ text: RawSpan, _ position: inout Int) -> Bool {
        var hasEscapes = false
        while position < text.byteCount {
            let byte = text.byte(at: position)
            position += 1
            if byte == UInt8(ascii: "\"") { return hasEscapes }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                position = min(position + 1, text.byteCount)
            }
        }
        return hasEscapes
    }

    private static func isClosing(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }
}
