import Bytes

/// Numbers as text (EXPRESSIONS.md §4, §11): `[+-]?(d+(.d*)?|.d+)([eE][+-]?d+)?`, the whole text.
package enum NumberText {
    /// The number that the whole text is: INT if it is integer text that fits int64, else DOUBLE,
    /// too large is ±Infinity; NULL if it is not a number.
    ///
    /// No allocation below 1 KiB.
    package static func parse(_ text: RawSpan) -> Cell {
        guard let form = NumberForm(whole: text) else { return .null }
        if form.isInteger, let integer = form.integer(in: text) { return .int(integer) }
        return .double(form.double(in: text))
    }

    /// The number as a double, by the same grammar; nil if it is not a number.
    package static func double(_ text: RawSpan) -> Double? {
        NumberForm(whole: text).map { $0.double(in: text) }
    }

    /// `[+-]?d+` within int64, the whole text; nil otherwise.
    package static func integer(_ text: RawSpan) -> Int64? {
        guard let form = NumberForm(whole: text), form.isInteger else { return nil }
        return form.integer(in: text)
    }

    /// CAST(text AS INT): outer blanks trimmed, then ``integer(_:)``.
    package static func castInteger(_ text: RawSpan) -> Int64? {
        integer(trimmingBlanks(text))
    }

    /// CAST(text AS DOUBLE): outer blanks trimmed, then ``double(_:)``, or `nan`, `inf`, `infinity`
    /// in any case; the latter two with a sign if wished.
    package static func castDouble(_ text: RawSpan) -> Double? {
        let text = trimmingBlanks(text)
        if let number = double(text) { return number }
        if equalsIgnoringCase(text, "nan") { return .nan }
        guard text.byteCount > 0 else { return nil }
        let sign = text.byte(at: 0)
        let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        let name = isSigned ? text.slice(1, count: text.byteCount - 1) : text
        guard equalsIgnoringCase(name, "inf") || equalsIgnoringCase(name, "infinity") else {
            return nil
        }
        return sign == UInt8(ascii: "-") ? -.infinity : .infinity
    }

    /// `true` or `false` in any case, the whole text; nil otherwise.
    package static func bool(_ text: RawSpan) -> Bool? {
        if equalsIgnoringCase(text, "true") { return true }
        if equalsIgnoringCase(text, "false") { return false }
        return nil
    }

    /// The text without leading and trailing space, tab, LF, CR and FF.
    @_lifetime(copy text)
    package static func trimmingBlanks(_ text: RawSpan) -> RawSpan {
        var start = 0
        var end = text.byteCount
        while start < end, isBlank(text.byte(at: start)) { start += 1 }
        while end > start, isBlank(text.byte(at: end - 1)) { end -= 1 }
        return text.slice(start, count: end - start)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
    }

    /// Whether the text is `word` in any mixture of ASCII cases; `word` is lower case.
    package static func equalsIgnoringCase(_ text: RawSpan, _ word: StaticString) -> Bool {
        guard text.byteCount == word.utf8CodeUnitCount else { return false }
        // SAFETY: a static string's pointer is valid for its code unit count.
        return word.withUTF8Buffer { expected in
            for index in 0..<text.byteCount {
                let byte = text.byte(at: index)
                let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
                if unsafe folded != expected[index] { return false }
            }
            return true
        }
    }
}
