/// ASCII characters.
struct ASCIISet: Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    static let all = ASCIISet(0...127)
    static let digits = ASCIISet("09")
    static let lowercase = ASCIISet("az")
    static let uppercase = ASCIISet("AZ")
    static let letters = lowercase.union(uppercase)
    static let word = letters.union(digits).union(ASCIISet("__"))
    /// Tab, line feed, form feed, carriage return, blank.
    static let blanks = ASCIISet(9...10).union(ASCIISet(12...13)).union(ASCIISet(32...32))

    init() {}

    init(_ range: ClosedRange<UInt8>) {
        for byte in range { insert(byte) }
    }

    /// The range between two characters.
    private init(_ ends: String) {
        let bytes = Array(ends.utf8)
        self.init(bytes[0]...bytes[1])
    }

    func contains(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? low : high
        return byte < 128 && bits & (1 << UInt64(byte & 63)) != 0
    }

    /// Other bytes than ASCII are in no set.
    mutating func insert(_ byte: UInt8) {
        if byte < 64 {
            low |= 1 << UInt64(byte)
        } else if byte < 128 {
            high |= 1 << UInt64(byte & 63)
        }
    }

    func union(_ other: ASCIISet) -> ASCIISet {
        var all = self
        all.low |= other.low
        all.high |= other.high
        return all
    }

    var inverted: ASCIISet {
        var others = self
        (others.low, others.high) = (~low, ~high)
        return others
    }

    /// With the other case of every letter.
    var caseless: ASCIISet {
        var all = self
        for byte in UInt8(65)...90 where contains(byte) || contains(byte + 32) {
            all.insert(byte)
            all.insert(byte + 32)
        }
        return all
    }

    /// A class by its POSIX name.
    static func named(_ name: String) -> ASCIISet? {
        switch name {
        case "alnum": letters.union(digits)
        case "alpha": letters
        case "ascii": all
        case "blank": ASCIISet(9...9).union(ASCIISet(32...32))
        case "cntrl": ASCIISet(0...31).union(ASCIISet(127...127))
        case "digit": digits
        case "graph": ASCIISet(33...126)
        case "lower": lowercase
        case "print": ASCIISet(32...126)
        case "punct": ASCIISet(33...126).subtracting(letters.union(digits))
        case "space": ASCIISet(9...13).union(ASCIISet(32...32))
        case "upper": uppercase
        case "word": word
        case "xdigit": digits.union(ASCIISet("af")).union(ASCIISet("AF"))
        default: nil
        }
    }

    private func subtracting(_ other: ASCIISet) -> ASCIISet {
        var rest = self
        rest.low &= ~other.low
        rest.high &= ~other.high
        return rest
    }
}
