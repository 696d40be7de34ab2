/// A word of the source.
package struct Token: Sendable {
    package enum Kind: Sendable, Equatable {
        /// An unquoted name or keyword.
        case name
        /// `"…"` or `` `…` ``; ``Token/text`` is unquoted.
        case quotedName
        /// `'…'` or `E'…'`; ``Token/text`` is the value.
        case string
        /// `X'…'`; ``Token/bytes`` is the value.
        case bytes
        /// An integer literal; ``Token/integer`` is its magnitude.
        case integer
        /// A floating literal; ``Token/double`` is its value.
        case double
        case symbol(Symbol)
        /// The end of the source; its range is empty.
        case end
        /// What is no token: ``TokenStream`` holds the reason. Always the last one.
        case invalid
    }

    package let kind: Kind
    /// UTF-8 position of the first byte.
    package let position: Int
    /// UTF-8 position after the last byte.
    package let end: Int
    /// The name or string.
    package let text: String
    /// A ``Kind/name`` in ASCII upper case, to be compared with keywords; empty for names with
    /// other letters, because `String ==` takes the KELVIN SIGN for `K`.
    package let word: String
    package let bytes: [UInt8]
    package let integer: UInt64
    package let double: Double
    /// Whether RocketMQ's own lexer reads it the same way (EXPRESSIONS.md §1).
    package let isPlain: Bool

    init(
        _ kind: Kind, _ position: Int, _ end: Int, text: String = "", word: String = "",
        bytes: [UInt8] = [], integer: UInt64 = 0, double: Double = 0, isPlain: Bool = true
    ) {
        self.kind = kind
        self.position = position
        self.end = end
        self.text = text
        self.word = word
        self.bytes = bytes
        self.integer = integer
        self.double = double
        self.isPlain = isPlain
    }

    /// The words that are never bare names.
    package static let reserved: Set<String> = [
        "NOT", "AND", "OR", "BETWEEN", "LIKE", "ESCAPE", "IN", "IS", "TRUE", "FALSE", "NULL",
        "CONTAINS", "STARTSWITH", "ENDSWITH",
    ]

    /// Whether it is a reserved word (EXPRESSIONS.md §2).
    package var isReserved: Bool { kind == .name && Token.reserved.contains(word) }
}
