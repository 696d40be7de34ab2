/// The limits of EXPRESSIONS.md §16; what goes over one is refused with `error:limit`.
package enum ExpressionLimits {
    /// UTF-8 bytes of an expression, with its comments.
    package static let expressionByteCountMax = 65_536
    /// Levels of `(`, NOT, sign, call and CASE.
    package static let nestingMax = 128
    /// Elements of an IN list.
    package static let listCountMax = 8_192
    /// Arguments of a function.
    package static let argumentCountMax = 32
    /// UTF-8 bytes of a regular expression.
    package static let regexByteCountMax = 4_096
    /// Code points of a LIKE pattern.
    package static let likeCodePointsMax = 4_096
    /// Bytes of a text that REPLACE or `||` builds; above it is NULL, so that nested calls cannot
    /// multiply a record into all of memory.
    ///
    /// That of a JSON document (§13).
    package static let computedByteCountMax = 1 << 20
    /// Bytes of such texts in one batch: see ``Program/rowCountMax``.
    package static let computedBatchByteCountMax = 64 << 20
    /// Calls of PCRE2's `match()`, its nested backtracking depth and its heap in KiB (§9).
    package static let regexMatchMax: UInt32 = 100_000
    package static let regexDepthMax: UInt32 = 10_000
    package static let regexHeapKiBMax: UInt32 = 1_024
}
