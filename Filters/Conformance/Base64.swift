/// Base64 with padding (RFC 4648 §4).
enum Base64 {
    /// The bytes of a text, or nil if it is none.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        for (index, letter) in text.dropLast(padding).enumerated() {
            guard let sextet = sextet(letter) else { return nil }
            group = group << 6 | sextet
            if index % 4 > 0 {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(6 - index % 4 * 2)))
            }
        }
        return bytes
    }

    private static func sextet(_ letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
