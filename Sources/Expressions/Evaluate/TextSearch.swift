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
        position(of: needle, in: text, from: 0) != nil
    }

    /// Position of the first `needle` at or after `start`; an empty one is found at once.
    ///
    /// Finds its first byte by `memchr` and compares there: needles come from expressions, whose
    /// length is limited, so the worst case is bounded by text times limit.
    static func position(of needle: RawSpan, in text: RawSpan, from start: Int) -> Int? {
        guard needle.byteCount > 0 else { return start }
        let first = needle.byte(at: 0)
        let last = text.byteCount - needle.byteCount
        var position = start
        while position <= last, let found = text.firstPosition(of: first, from: position) {
            guard found <= last else { return nil }
            if text.slice(found, count: needle.byteCount).isEqual(to: needle) { return found }
            position = found + 1
        }
        return nil
    }
}
