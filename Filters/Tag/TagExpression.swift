import Bytes

/// A parsed tag expression: all records, or those with one of some tags (EXPRESSIONS.md §19).
package struct TagExpression: Equatable, Sendable {
    /// The distinct tags in the order in which they were written; empty for all records.
    package let tags: [String]
    /// Whether every record matches, tagged or not.
    package var matchesEverything: Bool { tags.isEmpty }

    /// At most so many distinct tags.
    package static let tagCountMax = 1_024
    /// At most so many bytes of UTF-8.
    package static let byteCountMax = 65_536

    /// Parses `TagA || TagB`; nil, an empty text and `*` mean all records.
    package init(_ text: String?) throws(TagExpressionError) {
        guard let text, !text.isEmpty else {
            tags = []
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.byteCountMax else { throw .tooLong(byteCount: bytes.count) }
        let whole = Self.trimmed(bytes[...])
        guard whole.elementsEqual([UInt8(ascii: "*")]) == false else {
            tags = []
            return
        }
        var seen: Set<[UInt8]> = []
        var tags: [String] = []
        for part in Self.parts(bytes) {
            let tag = Array(Self.trimmed(part))
            guard !tag.isEmpty, seen.insert(tag).inserted else { continue }
            tags.append(String(decoding: tag, as: UTF8.self))
        }
        guard !tags.isEmpty else { throw .empty }
        guard tags.count <= Self.tagCountMax else { throw .tooManyTags(tags.count) }
        self.tags = tags
    }

    /// The pieces between `||`, found from the left: `a|||b` is `a` and `|b`.
    private static func parts(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let bar = UInt8(ascii: "|")
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            if bytes[position] == bar, position + 1 < bytes.count, bytes[position + 1] == bar {
                parts.append(bytes[start..<position])
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }

    /// Without leading and trailing U+0000–U+0020, as Java's `String.trim`.
    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = bytes.drop { $0 <= 0x20 }
        guard let last = rest.lastIndex(where: { $0 > 0x20 }) else { return [] }
        return rest[...last]
    }
}

/// Why a text is no tag expression.
package enum TagExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is text, but no tag in it: `||` or blanks.
    case empty
    case tooLong(byteCount: Int)
    case tooManyTags(Int)

    /// The kind of error, as the specification names it.
    package var kind: String {
        switch self {
        case .empty: "empty"
        case .tooLong, .tooManyTags: "limit"
        }
    }

    package var description: String {
        switch self {
        case .empty:
            "there is no tag in the expression; write tags as 'TagA || TagB', or '*' for all"
        case .tooLong(let count):
            "the expression has \(count) bytes; the limit is \(TagExpression.byteCountMax)"
        case .tooManyTags(let count):
            "the expression has \(count) tags; the limit is \(TagExpression.tagCountMax)"
        }
    }
}
