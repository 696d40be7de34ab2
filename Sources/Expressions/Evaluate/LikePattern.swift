import Bytes

/// A LIKE pattern, compiled: matched in O(text · pattern) without recursion (EXPRESSIONS.md §7).
struct LikePattern: Sendable {
    /// The shapes that need no general matcher.
    enum Shape: Sendable {
        /// No wildcard: equality.
        case exact
        /// `text%`.
        case prefix
        /// `%text`.
        case suffix
        /// `%text%`.
        case contains
        /// `%` alone.
        case anything
        /// Several texts with `%` between them: found one after the other.
        case pieces
        case general
    }

    /// An element of a general pattern.
    enum Element: Sendable, Equatable {
        case scalar(UInt32)
        /// `_`.
        case one
        /// `%`.
        case run
    }

    let shape: Shape
    /// The text of the simple shapes.
    let literal: [UInt8]
    let elements: [Element]
    /// How much of ``literal`` belongs to each text of ``Shape/pieces``, from left to right; the
    /// first is a prefix and the last a suffix, both possibly empty.
    let pieces: [Int]
    let isCaseless: Bool

    /// Compiles `pattern`, which is valid UTF-8.
    ///
    /// - Returns: nil if an escape stands before an ordinary character or at the end.
    init?(_ pattern: RawSpan, options: LikeOptions) {
        var elements: [Element] = []
        guard LikePattern.parse(pattern, options: options, into: &elements) else { return nil }
        self.elements = elements
        isCaseless = options.isCaseless
        var literal: [UInt8] = []
        for case .scalar(let scalar) in elements { UTF8Text.append(scalar, to: &literal) }
        self.literal = literal
        shape = options.isCaseless ? .general : LikePattern.shape(elements)
        pieces = shape == .pieces ? LikePattern.pieces(elements) : []
    }

    /// Reads the pattern into `elements`; runs of `%` become one.
    static func parse(
        _ pattern: RawSpan, options: LikeOptions, into elements: inout [Element]
    ) -> Bool {
        var position = 0
        while position < pattern.byteCount {
            var scalar = UTF8Text.decode(pattern, at: &position)
            if scalar == options.escape {
                let isAtEnd = position >= pattern.byteCount
                guard options.isLenient || !isAtEnd else { return false }
                if !isAtEnd {
                    scalar = UTF8Text.decode(pattern, at: &position)
                    guard
                        options.isLenient || scalar == options.escape || scalar == 0x25
                            || scalar == 0x5F
                    else { return false }
                    elements.append(.scalar(fold(scalar, options)))
                    continue
                }
            }
            switch scalar {
            case 0x25: if elements.last != .run { elements.append(.run) }
            case 0x5F: elements.append(.one)
            default: elements.append(.scalar(fold(scalar, options)))
            }
        }
        return true
    }

    private static func fold(_ scalar: UInt32, _ options: LikeOptions) -> UInt32 {
        options.isCaseless ? CaseFolding.simple(scalar) : scalar
    }

    private static func shape(_ elements: [Element]) -> Shape {
        if elements == [.run] { return .anything }
        let startsOpen = elements.first == .run
        let endsOpen = elements.last == .run
        let middle = elements.dropFirst(startsOpen ? 1 : 0).dropLast(endsOpen ? 1 : 0)
        if elements.contains(.one) { return .general }
        if middle.contains(.run) { return .pieces }
        switch (startsOpen, endsOpen) {
        case (false, false): return .exact
        case (false, true): return .prefix
        case (true, false): return .suffix
        case (true, true): return .contains
        }
    }

    private static func pieces(_ elements: [Element]) -> [Int] {
        elements.split(separator: .run, omittingEmptySubsequences: false).map { part in
            var text: [UInt8] = []
            for case .scalar(let scalar) in part { UTF8Text.append(scalar, to: &text) }
            return text.count
        }
    }

    /// Prefix, then each text at its first place behind the one before, then the suffix in what
    /// is left: an earlier place leaves more, so no other choice could match instead.
    private func matchesPieces(_ text: RawSpan) -> Bool {
        let literal = literal.rawSpan
        let last = pieces.count - 1
        guard TextSearch.starts(text, with: literal.slice(0, count: pieces[0])) else {
            return false
        }
        var position = pieces[0]
        var start = pieces[0]
        for index in 1..<last {
            let piece = literal.slice(start, count: pieces[index])
            guard let found = text.firstPosition(of: piece, from: position) else { return false }
            position = found + pieces[index]
            start += pieces[index]
        }
        return text.byteCount - position >= pieces[last]
            && TextSearch.ends(text, with: literal.slice(start, count: pieces[last]))
    }

    /// Whether `text`, valid UTF-8, matches.
    func matches(_ text: RawSpan) -> Bool {
        switch shape {
        case .anything: true
        case .exact: text.isEqual(to: literal.rawSpan)
        case .prefix: TextSearch.starts(text, with: literal.rawSpan)
        case .suffix: TextSearch.ends(text, with: literal.rawSpan)
        case .contains: TextSearch.contains(text, literal.rawSpan)
        case .pieces: matchesPieces(text)
        case .general: LikePattern.matches(text, elements, isCaseless: isCaseless)
        }
    }

    /// The general matcher.
    static func matches(_ text: RawSpan, _ elements: [Element], isCaseless: Bool) -> Bool {
        var run = LikeRun()
        while true {
            if let isMatch = run.step(text, elements, isCaseless: isCaseless) { return isMatch }
        }
    }
}

/// A general match under way: on a mismatch only the last `%` takes one more character, because an
/// earlier one could not lead to more.
///
/// So each place of the text meets each element once for each start of the last `%` at most: no more
/// than (characters + 1) · (elements + 1) steps and as many for the characters taken, in constant
/// memory, whoever chose the pattern and the text.
struct LikeRun {
    private var position = 0
    private var index = 0
    private var retryPosition = -1
    private var retryIndex = 0

    /// Does one step; nil if more are needed.
    @inline(__always)  // The body of the matcher's loop.
    mutating func step(
        _ text: RawSpan, _ elements: [LikePattern.Element], isCaseless: Bool
    ) -> Bool? {
        guard position < text.byteCount else {
            while index < elements.count, elements[index] == .run { index += 1 }
            return index == elements.count
        }
        var next = position
        let scalar = UTF8Text.decode(text, at: &next)
        if index < elements.count {
            switch elements[index] {
            case .run:
                retryIndex = index + 1
                retryPosition = position
                index += 1
                return nil
            case .one:
                position = next
                index += 1
                return nil
            case .scalar(let wanted):
                if wanted == (isCaseless ? CaseFolding.simple(scalar) : scalar) {
                    position = next
                    index += 1
                    return nil
                }
            }
        }
        guard retryPosition >= 0 else { return false }
        _ = UTF8Text.decode(text, at: &retryPosition)
        position = retryPosition
        index = retryIndex
        return nil
    }
}
