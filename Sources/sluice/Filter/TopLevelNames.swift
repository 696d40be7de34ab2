import Bytes

/// The member names of a JSON object, without those of nested ones.
enum TopLevelNames {
    /// Names without escapes; of text that is no JSON, whatever looks like names.
    static func read(_ text: RawSpan) -> [String] {
        var names: [String] = []
        var depth = 0
        var position = 0
        while position < text.byteCount {
            switch text.byte(at: position) {
            case UInt8(ascii: "\""):
                let start = position + 1
                position = end(ofStringFrom: start, in: text)
                if depth == 1, isBeforeColon(position + 1, in: text) {
                    let bytes = [UInt8](copying: text.slice(start, count: position - start))
                    names.append(String(decoding: bytes, as: UTF8.self))
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
        }
        return names
    }

    /// Position of the closing quote, or the end of the text.
    private static func end(ofStringFrom start: Int, in text: RawSpan) -> Int {
        var position = start
        while position < text.byteCount {
            switch text.byte(at: position) {
            case UInt8(ascii: "\""): return position
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return text.byteCount
    }

    private static func isBeforeColon(_ start: Int, in text: RawSpan) -> Bool {
        var position = start
        while position < text.byteCount {
            switch text.byte(at: position) {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: ":"): return true
            default: return false
            }
        }
        return false
    }
}
