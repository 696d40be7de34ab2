/// Limits of a JSON document (EXPRESSIONS.md §13, §16).
package enum JSONLimits {
    /// Arrays and objects that may be open at one time.
    package static let depthMax = 128
    /// Bytes of a document.
    package static let byteCountMax = 1 << 20
}
