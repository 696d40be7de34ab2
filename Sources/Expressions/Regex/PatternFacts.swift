/// What can be said of all matches of a regular expression, from its text.
///
/// Only a small part of PCRE2's syntax is understood: text, `.`, classes that are not negated,
/// groups, alternatives, repetitions, `^`, `$`, `\b`, `\d`, `\w`, `\S` and escaped punctuation.
/// Whatever else a pattern holds, nothing is said about it.
package struct PatternFacts: Sendable, Equatable {
    /// Whether no match holds a line feed, nor looks further than to the next one: lines can be
    /// searched all at once, `^` and `$` being those of lines.
    package private(set) var staysInLine = false
    /// Text that every match holds, the longest that was found; may be empty.
    package private(set) var literal: [UInt8] = []

    /// Reads a pattern that PCRE2 accepts.
    ///
    /// - Complexity: O(bytes).
    package init(_ pattern: [UInt8], options: RegexOptions) {
        // Comments and blanks of `x`, and characters of several bytes, are not worth it.
        guard !options.isExtended, !options.isUTF else { return }
        var scan = FactScan(pattern)
        guard scan.run() else { return }
        staysInLine = !scan.hasDot || !options.matchesNewlineWithDot
        if !options.isCaseless, !scan.hasAlternatives { literal = scan.literal }
    }
}

/// The walk over a pattern's text.
private struct FactScan {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// Text of the outermost level that ends here, each of its bytes once.
    private var text: [UInt8] = []
    private(set) var literal: [UInt8] = []
    private(set) var hasAlternatives = false
    private(set) var hasDot = false

    /// What stands for one place of the subject.
    private enum Atom {
        case byte(UInt8)
        /// A class, a dot, a group: anything, or nothing.
        case other
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// False if there is something that is not understood.
    mutating func run() -> Bool {
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "("):
                endText()
                depth += 1
                if peek() == UInt8(ascii: "*") { return false }
                if take(UInt8(ascii: "?")) { guard take(UInt8(ascii: ":")) else { return false } }
            case UInt8(ascii: ")"):
                depth -= 1
                guard depth >= 0, repeats(.other) else { return false }
            case UInt8(ascii: "|"):
                if depth == 0 { hasAlternatives = true }
                endText()
            case UInt8(ascii: "^"), UInt8(ascii: "$"): endText()
            default:
                guard let atom = atom(byte), repeats(atom) else { return false }
            }
        }
        endText()
        return depth == 0
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }

    private mutating func take(_ wanted: UInt8) -> Bool {
        guard peek() == wanted else { return false }
        position += 1
        return true
    }

    private mutating func endText() {
        if text.count > literal.count { literal = text }
        text.removeAll(keepingCapacity: true)
    }

    private mutating func atom(_ byte: UInt8) -> Atom? {
        switch byte {
        case UInt8(ascii: "."):
            hasDot = true
            return .other
        case UInt8(ascii: "["): return isPlainClass() ? .other : nil
        case UInt8(ascii: "\\"):
            guard let escaped = next() else { return nil }
            return Self.escape(escaped)
        // A repetition of nothing, or control characters.
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): return nil
        case 0..<0x20: return nil
        default: return .byte(byte)
        }
    }

    /// An escape that matches no line feed.
    private static func escape(_ byte: UInt8) -> Atom? {
        switch byte {
        case UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "S"), UInt8(ascii: "b"): .other
        default: isPunctuation(byte) ? .byte(byte) : nil
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    /// Skips a class behind its `[`; false for one that is negated or not understood.
    private mutating func isPlainClass() -> Bool {
        // `[]…` has the bracket as a member.
        guard peek() != UInt8(ascii: "^"), peek() != UInt8(ascii: "]") else { return false }
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "]"): return true
            // `[:name:]` is not worth it; a control character may begin a range.
            case UInt8(ascii: "["), 0..<0x20: return false
            case UInt8(ascii: "\\"):
                guard let escaped = next(), escaped != UInt8(ascii: "b"),
                    escaped != UInt8(ascii: "S"), Self.escape(escaped) != nil
                else { return false }
            default: break
            }
        }
        return false
    }

    /// The minimum of `{n}`, `{n,}` or `{n,m}`, up to its last byte; nil for anything else.
    private mutating func bracedMinimum() -> Int? {
        position += 1
        guard let least = number() else { return nil }
        if take(UInt8(ascii: ",")) { _ = number() }
        return peek() == UInt8(ascii: "}") ? least : nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        // PCRE2 has refused numbers above 65,535.
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value = min(65_535, (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0")))
            position += 1
        }
        return value
    }

    /// Takes the repetition behind an atom, and notes the atom; false for one that is not
    /// understood.
    private mutating func repeats(_ atom: Atom) -> Bool {
        var least = 1
        var isRepeated = true
        switch peek() {
        case UInt8(ascii: "*"), UInt8(ascii: "?"): least = 0
        case UInt8(ascii: "+"): break
        case UInt8(ascii: "{"):
            guard let count = bracedMinimum() else { return false }
            least = min(count, 1)
        default: isRepeated = false
        }
        if isRepeated {
            position += 1
            // Lazy or possessive.
            if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { position += 1 }
        }
        if depth == 0, least == 1, case .byte(let byte) = atom {
            text.append(byte)
            if isRepeated { endText() }
        } else {
            endText()
        }
        return true
    }
}
