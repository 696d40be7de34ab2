/// How dear a regular expression can become on a text that somebody chose, judged by its form.
///
/// A judgement for people who write filters, not a proof: the limits of EXPRESSIONS.md §9 hold
/// whatever the grade.
package struct PatternCost: Sendable, Equatable {
    package enum Grade: String, Sendable, CaseIterable {
        /// Text without repetition: one look through the record.
        case literal
        /// At most one repetition is open at a time: about one look through the record.
        case linear
        /// Several repetitions follow one another, or there is a reference: the record's length
        /// to a power.
        case polynomial
        /// A repetition of what repeats or chooses itself: a record that nearly matches can cost the
        /// whole budget.
        case exponential
    }

    package let grade: Grade
    /// What the grade is for, with its byte of the pattern; nil for the cheap ones.
    package let reason: String?

    /// Judges a pattern, which need not be valid.
    ///
    /// - Complexity: O(bytes).
    package init(_ pattern: [UInt8]) {
        var scan = PatternScan(pattern)
        scan.run()
        grade = scan.grade
        reason = scan.reason
    }
}

/// The walk over a pattern's text.
private struct PatternScan {
    /// A group that is open, or the whole pattern.
    private struct Level {
        var start: Int
        /// Whether what matched inside is never given back: `(?>…)`, look-around.
        var isAtomic = false
        var hasRepetition = false
        var hasChoice = false
        /// Unbounded repetitions one after the other.
        var repetitionCount = 0
    }

    private let bytes: [UInt8]
    private var position = 0
    private var levels = [Level(start: 0)]
    /// The group that has just been closed, if the last element was one.
    private var closed: Level?
    private(set) var grade = PatternCost.Grade.literal
    private(set) var reason: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < bytes.count ? bytes[position + offset] : 0
    }

    private mutating func raise(_ new: PatternCost.Grade, _ reason: String? = nil) {
        let order = PatternCost.Grade.allCases
        guard let old = order.firstIndex(of: grade), let place = order.firstIndex(of: new),
            place > old
        else { return }
        grade = new
        self.reason = reason
    }

    mutating func run() {
        while position < bytes.count {
            let start = position
            switch byte() {
            case UInt8(ascii: "\\"):
                escape(start)
                closed = nil
            case UInt8(ascii: "["):
                raise(.linear)
                skipClass()
                closed = nil
            case UInt8(ascii: "("): open()
            case UInt8(ascii: ")"):
                position += 1
                if levels.count > 1 { close() }
            case UInt8(ascii: "|"):
                raise(.linear)
                levels[levels.count - 1].hasChoice = true
                levels[levels.count - 1].repetitionCount = 0
                position += 1
                closed = nil
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                quantifier()
            case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"):
                raise(.linear)
                position += 1
                closed = nil
            default:
                position += 1
                closed = nil
            }
        }
    }

    private mutating func escape(_ start: Int) {
        let letter = byte(1)
        position += 2
        switch letter {
        case UInt8(ascii: "Q"):
            while position < bytes.count,
                !(byte() == UInt8(ascii: "\\") && byte(1) == UInt8(ascii: "E"))
            {
                position += 1
            }
            position += 2
        case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "k"), UInt8(ascii: "g"):
            raise(.polynomial, "a reference to a group at byte \(start)")
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            raise(.linear)
        default: break
        }
    }

    private mutating func skipClass() {
        position += 1
        if byte() == UInt8(ascii: "^") { position += 1 }
        if byte() == UInt8(ascii: "]") { position += 1 }
        while position < bytes.count, byte() != UInt8(ascii: "]") {
            position += byte() == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
    }

    private mutating func open() {
        var level = Level(start: position)
        position += 1
        closed = nil
        if byte() == UInt8(ascii: "?") {
            switch byte(1) {
            case UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "!"): level.isAtomic = true
            case UInt8(ascii: "R"), UInt8(ascii: "&"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                raise(.exponential, "recursion at byte \(level.start)")
            default: break
            }
            position += 1
            // The letters, names and marks up to what is matched are no part of it.
            while position < bytes.count, byte() != UInt8(ascii: ":"), byte() != UInt8(ascii: ")"),
                byte() != UInt8(ascii: ">"), byte() != UInt8(ascii: "="),
                byte() != UInt8(ascii: "!")
            {
                position += 1
            }
            if byte() != UInt8(ascii: ")") { position += 1 }
        }
        levels.append(level)
    }

    private mutating func close() {
        let level = levels.removeLast()
        closed = level
        guard !level.isAtomic else { return }
        levels[levels.count - 1].hasRepetition =
            levels[levels.count - 1].hasRepetition || level.hasRepetition
        if level.repetitionCount > 0, levels[levels.count - 1].repetitionCount > 0 {
            raise(
                .polynomial,
                "another repetition behind the first, in the group at byte \(level.start)")
        }
        levels[levels.count - 1].repetitionCount += level.repetitionCount
    }

    private mutating func quantifier() {
        let start = position
        guard let (isOpen, isRepeated) = quantifierBounds() else {
            closed = nil  // A brace that is only a brace.
            return
        }
        let isPossessive = byte() == UInt8(ascii: "+")
        if isPossessive || byte() == UInt8(ascii: "?") { position += 1 }
        raise(.linear)
        let inner = closed
        closed = nil
        guard !isPossessive else { return }
        if isRepeated, !isOpen, let inner, !inner.isAtomic, inner.hasRepetition {
            raise(.polynomial, "a repetition at byte \(start) of a group that repeats itself")
        }
        guard isOpen else { return }
        if let inner, !inner.isAtomic, inner.hasRepetition || inner.hasChoice {
            let what = inner.hasRepetition ? "repeats" : "chooses"
            raise(.exponential, "a repetition at byte \(start) of a group that \(what) itself")
        }
        levels[levels.count - 1].hasRepetition = true
        levels[levels.count - 1].repetitionCount += 1
        if levels[levels.count - 1].repetitionCount > 1 {
            raise(.polynomial, "another repetition behind the first, at byte \(start)")
        }
    }

    /// Takes the quantifier: whether it has no bound, or one so high that it makes no difference, and
    /// whether it allows more than one.
    ///
    /// nil if the brace is none.
    private mutating func quantifierBounds() -> (isOpen: Bool, isRepeated: Bool)? {
        switch byte() {
        case UInt8(ascii: "*"), UInt8(ascii: "+"):
            position += 1
            return (true, true)
        case UInt8(ascii: "?"):
            position += 1
            return (false, false)
        default: break
        }
        var end = position + 1
        var text = ""
        while end < bytes.count, bytes[end] != UInt8(ascii: "}"), end - position < 16 {
            text.unicodeScalars.append(Unicode.Scalar(bytes[end]))
            end += 1
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let isNumeric = parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), isNumeric,
            parts.first?.isEmpty == false, parts.count <= 2
        else {
            position += 1
            return nil
        }
        position = end + 1
        let least = Int(parts[0]) ?? 0
        guard parts.count == 2 else { return (false, least > 1) }
        guard let most = Int(parts[1]) else { return (true, true) }
        return (most - least > 16, most > 1)
    }
}
