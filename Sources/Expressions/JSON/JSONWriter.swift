import Bytes

/// Writes cells as JSON text: the rows of `--select`, of jobs and of the console.
///
/// TIMESTAMP and DURATION become their milliseconds, so that a row that is read back compares
/// equal (EXPRESSIONS.md §4); NaN and the infinities, which JSON lacks, become null; BYTES become
/// base64 text (RFC 4648 §4, with padding), as in Kafka's REST proxies.
package enum JSONWriter {
    /// Appends one cell as a JSON value; an error cell is null.
    ///
    /// No allocation beyond growth.
    package static func append(_ cell: Cell, _ homes: TextHomes, to bytes: inout [UInt8]) {
        switch cell.kind {
        case .null, .error: bytes.append(contentsOf: "null".utf8)
        case .int, .timestamp, .duration: ScalarText.append(cell.bits, to: &bytes)
        case .double: append(cell.doubleValue, to: &bytes)
        case .bool: ScalarText.append(cell.bits != 0, to: &bytes)
        case .string: appendString(homes.text(cell), to: &bytes)
        case .bytes: appendBase64(homes.text(cell), to: &bytes)
        case .json: appendCompact(homes.text(cell), to: &bytes)
        }
    }

    /// Appends a double in its shortest form (`2.0`, `1e+20`), or null if it is not finite.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        ScalarText.append(value, to: &bytes)
    }

    /// Appends valid UTF-8 as a JSON string: only quotes, backslashes and control characters are
    /// escaped.
    package static func appendString(_ text: RawSpan, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var plainStart = 0
        var position = 0
        while position < text.byteCount {
            let byte = text.byte(at: position)
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                position &+= 1
                continue
            }
            bytes.append(copying: text.slice(plainStart, count: position - plainStart))
            appendEscape(byte, to: &bytes)
            position &+= 1
            plainStart = position
        }
        bytes.append(copying: text.slice(plainStart, count: position - plainStart))
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            MessageDigests.appendHexadecimal(byte, to: &bytes)
        }
    }

    /// Appends valid JSON text without the blanks between its tokens (CAST of JSON to STRING).
    package static func appendCompact(_ json: RawSpan, to bytes: inout [UInt8]) {
        var position = 0
        while position < json.byteCount {
            let start = position
            let byte = json.byte(at: position)
            position &+= 1
            if byte == UInt8(ascii: "\"") {
                JSONSkipper.skipString(json, &position)
                bytes.append(copying: json.slice(start, count: position - start))
            } else if byte > 0x20 {
                bytes.append(byte)
            }
        }
    }

    /// Appends bytes as a JSON string of base64.
    package static func appendBase64(_ contents: RawSpan, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var position = 0
        while position < contents.byteCount {
            let count = min(3, contents.byteCount - position)
            var group: UInt32 = 0
            for index in 0..<3 {
                let byte = index < count ? contents.byte(at: position + index) : 0
                group = group << 8 | UInt32(byte)
            }
            for index in 0..<4 {
                let sextet = UInt8(truncatingIfNeeded: group >> UInt32(18 - index * 6)) & 0x3F
                bytes.append(index <= count ? base64Letter(sextet) : UInt8(ascii: "="))
            }
            position += count
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func base64Letter(_ sextet: UInt8) -> UInt8 {
        switch sextet {
        case 0..<26: UInt8(ascii: "A") + sextet
        case 26..<52: UInt8(ascii: "a") + sextet - 26
        case 52..<62: UInt8(ascii: "0") + sextet - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
