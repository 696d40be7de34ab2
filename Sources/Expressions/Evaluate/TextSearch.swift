import Bytes

/// Bytewise searches: for UTF-8 they are searches of code points too.
enum TextSearch {
    static func starts(_ text: RawSpan, with prefix: RawSpan) -> Bool {
        text.byteCount >= prefix.byteCount
            && text.slice(0, count: prefix.byteCount).isEqual(to: prefix)
    }

    static func ends(_ text: RawSpan, with suffix: RawSpan) -> Bool {
        let start = text.byteCount - suffix.byteCount
        return start >= 0 && text.slice(start, count: suffix.byteCount).isEqual(to: suffix)
    }

    static func contains(_ text: RawSpan, _ needle: RawSpan) -> Bool {
        text.firstPosition(of: needle) != nil
    }
}
