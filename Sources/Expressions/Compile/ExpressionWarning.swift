/// Something that is allowed and probably not meant.
package struct ExpressionWarning: Sendable, Equatable {
    /// UTF-8 position in the source.
    package let at: Int
    package let message: String
}
