/// Reads RE2's language (github.com/google/re2/wiki/Syntax), as far as ASCII goes.
struct PatternParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var isCaseless = false

    init(_ text: String) throws(PatternSyntaxError) {
        bytes = Array(text.utf8)
        let limit = BrokerLimits.patternByteCountMax
        guard bytes.count <= limit else {
            throw PatternSyntaxError(
                reason: "it has \(bytes.count) bytes, the limit is \(limit), which ends",
                position: limit)
        }
    }

    mutating func parse() throws(PatternSyntaxError) -> PatternNode {
        let node = try choice()
        guard next == nil else { throw error("there is a ) without a (") }
        return node
    }

    // MARK: Structure

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String) -> PatternSyntaxError {
        PatternSyntaxError(reason: reason, position: position)
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = "\(text)".utf8
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func choice() throws(PatternSyntaxError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= BrokerLimits.patternDepthMax else {
            throw error("it has more than \(BrokerLimits.patternDepthMax) levels")
        }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternSyntaxError) -> PatternNode {
        var parts: [PatternNode] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if take("\\Q") {
                while next != nil, !take("\\E") { parts.append(literal()) }
                if let last = parts.popLast() { parts.append(try repeated(last)) }
                continue
            }
            let part = try atom()
            parts.append(try repeated(part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom() throws(PatternSyntaxError) -> PatternNode {
        if take("(") { return try group() }
        if take("[") { return .one(of: try set()) }
        if take(".") { return .one(of: .all) }
        if take("^") { return .assertion(.start) }
        if take("$") { return .assertion(.end) }
        if take("\\") { return try escape() }
        if let byte = next, "*+?".utf8.contains(byte) { throw error("there is nothing to repeat") }
        return literal()
    }

    private mutating func literal() -> PatternNode {
        var set = ASCIISet()
        set.insert(bytes[position])
        position += 1
        return one(of: set)
    }

    private func one(of set: ASCIISet) -> PatternNode {
        .one(of: isCaseless ? set.caseless : set)
    }

    private mutating func repeated(
        _ part: PatternNode
    ) throws(PatternSyntaxError) -> PatternNode {
        var node = part
        var count = 0
        while let range = try quantifier() {
            // RE2 refuses what is repeated again and again, too; a ? behind makes it lazy, which
            // makes no difference here.
            guard count == 0 else { throw error("a repetition is repeated") }
            count += 1
            _ = take("?")
            node = .repetition(node, least: range.least, most: range.most)
        }
        return node
    }

    private mutating func quantifier() throws(PatternSyntaxError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        guard let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            position = start
            return nil
        }
        let limit = BrokerLimits.patternRepetitionMax
        guard max(least, most ?? 0) <= limit, least <= most ?? least else {
            throw error("a repetition is not of 0 to \(limit) times, or ends before it begins")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = next, ASCIISet.digits.contains(byte) {
            value = min((value ?? 0) * 10 + Int(byte - 48), 1 << 20)
            position += 1
        }
        return value
    }

    // MARK: Groups

    private mutating func group() throws(PatternSyntaxError) -> PatternNode {
        let wasCaseless = isCaseless
        if take("?") {
            if take("P<") || take("<") {
                try passName()
            } else if try flags() {
                return .nothing  // They hold until the group around ends.
            }
        }
        let node = try choice()
        guard take(")") else { throw error("a ) is missing") }
        isCaseless = wasCaseless
        return node
    }

    private mutating func passName() throws(PatternSyntaxError) {
        let start = position
        while let byte = next, ASCIISet.word.contains(byte) { position += 1 }
        guard position > start, take(">") else { throw error("a group's name is none") }
    }

    /// - Returns: whether they end with their own parenthesis.
    private mutating func flags() throws(PatternSyntaxError) -> Bool {
        var isOn = true
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "i"): isCaseless = isOn
            // Names have no lines, and how much is matched does not matter.
            case UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "U"): break
            case UInt8(ascii: "-") where isOn: isOn = false
            case UInt8(ascii: ":"): return false
            case UInt8(ascii: ")"): return true
            default:
                position -= 1
                throw error("there is no group or flag like this")
            }
        }
        throw error("a ) is missing")
    }

    // MARK: Characters

    private mutating func escape() throws(PatternSyntaxError) -> PatternNode {
        switch next {
        case UInt8(ascii: "A"): return pass(.start)
        case UInt8(ascii: "z"): return pass(.end)
        case UInt8(ascii: "b"): return pass(.wordBoundary)
        case UInt8(ascii: "B"): return pass(.noWordBoundary)
        default: return one(of: try escapedSet())
        }
    }

    private mutating func pass(_ assertion: PatternNode.Assertion) -> PatternNode {
        position += 1
        return .assertion(assertion)
    }

    /// What stands behind a backslash, as a set.
    private mutating func escapedSet() throws(PatternSyntaxError) -> ASCIISet {
        guard let byte = next else { throw error("there is nothing behind the \\") }
        position += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ASCIISet.digits.inverted
        case UInt8(ascii: "s"): return .blanks
        case UInt8(ascii: "S"): return ASCIISet.blanks.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return ASCIISet.word.inverted
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            let set = try property()
            return byte == UInt8(ascii: "p") ? set : set.inverted
        case UInt8(ascii: "x"): return try single(hexadecimal())
        case UInt8(ascii: "t"): return try single(9)
        case UInt8(ascii: "n"): return try single(10)
        case UInt8(ascii: "v"): return try single(11)
        case UInt8(ascii: "f"): return try single(12)
        case UInt8(ascii: "r"): return try single(13)
        case UInt8(ascii: "a"): return try single(7)
        default:
            guard !ASCIISet.word.contains(byte) || byte == UInt8(ascii: "_") else {
                position -= 1
                throw error("there is no such escape, or it needs to look back")
            }
            return try single(byte)
        }
    }

    private func single(_ byte: UInt8) throws(PatternSyntaxError) -> ASCIISet {
        var set = ASCIISet()
        set.insert(byte)
        return set
    }

    /// `\xFF` or `\x{10FFFF}`; what is not ASCII matches nothing.
    private mutating func hexadecimal() throws(PatternSyntaxError) -> UInt8 {
        let isLong = take("{")
        var value = 0
        var count = 0
        while let byte = next, count < (isLong ? 6 : 2),
            let digit = Character(UnicodeScalar(byte)).hexDigitValue
        {
            value = value * 16 + digit
            count += 1
            position += 1
        }
        guard isLong ? count > 0 && take("}") : count == 2 else {
            throw error("a hexadecimal number is expected")
        }
        return UInt8(clamping: value)
    }

    /// `\pN` or `\p{Greek}`: those that have ASCII characters.
    private mutating func property() throws(PatternSyntaxError) -> ASCIISet {
        var name: [UInt8] = []
        var isInverted = false
        if take("{") {
            isInverted = take("^")
            while let byte = next, byte != UInt8(ascii: "}") {
                name.append(byte)
                position += 1
            }
            guard take("}") else { throw error("a } is missing") }
        } else if let byte = next {
            name = [byte]
            position += 1
        }
        let set: ASCIISet? =
            switch String(decoding: name, as: UTF8.self) {
            case "L", "Latin": .letters
            case "Lu": .uppercase
            case "Ll": .lowercase
            case "N", "Nd": .digits
            case "P": .named("punct")
            default: nil
            }
        guard let set else { throw error("there is no such class of characters here") }
        return isInverted ? set.inverted : set
    }

    /// Behind a `[`.
    private mutating func set() throws(PatternSyntaxError) -> ASCIISet {
        let isInverted = take("^")
        var set = ASCIISet()
        var isFirst = true
        while isFirst || next != UInt8(ascii: "]") {
            guard next != nil else { throw error("a ] is missing") }
            isFirst = false
            set = set.union(try element())
        }
        position += 1
        if isCaseless { set = set.caseless }
        return isInverted ? set.inverted : set
    }

    /// One character, range or class of a set.
    private mutating func element() throws(PatternSyntaxError) -> ASCIISet {
        if take("[:") {
            let isInverted = take("^")
            let start = position
            while let byte = next, ASCIISet.letters.contains(byte) { position += 1 }
            let name = String(decoding: bytes[start..<position], as: UTF8.self)
            guard let set = ASCIISet.named(name), take(":]") else {
                throw error("there is no such class of characters")
            }
            return isInverted ? set.inverted : set
        }
        guard let first = try bound() else { return try escapedSet() }
        let start = position
        guard take("-"), let byte = next, byte != UInt8(ascii: "]") else {
            position = start
            return try single(first)
        }
        guard let last = try bound(), first <= last else {
            throw error("a range ends before it begins")
        }
        return ASCIISet(first...last)
    }

    /// One end of a range; nil, behind the backslash, for an escape that is a class.
    private mutating func bound() throws(PatternSyntaxError) -> UInt8? {
        guard let byte = next else { throw error("a ] is missing") }
        position += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        if let letter = next, "dDsSwWpP".utf8.contains(letter) { return nil }
        let set = try escapedSet()
        return (UInt8(0)...127).first { set.contains($0) } ?? 128
    }
}
