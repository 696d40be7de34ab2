/// Columns that text takes on a terminal, well enough for tables.
enum TextWidth {
    /// One for a character; two for East Asian wide ones and emoji (Unicode Standard Annex 11,
    /// by blocks); none for combining marks, which a `Character` has already joined.
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
    }

    private static func isWide(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// The text with control characters replaced: a record must not move the terminal's cursor.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            return text
        }
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || scalar.value == 0x7F
            result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return result
    }

    /// The text in a column of `width`; the last column of a line is not filled up.
    static func pad(_ text: String, to width: Int, right: Bool, isLast: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - of(text)))
        if right { return blanks + text }
        return isLast ? text : text + blanks
    }
}
