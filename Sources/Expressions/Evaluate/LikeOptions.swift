/// How a LIKE pattern is read.
struct LikeOptions: Sendable, Hashable {
    /// The escape character; nil for none.
    var escape: UInt32?
    /// ILIKE.
    var isCaseless: Bool
    /// `jms`: an escape may stand before any character, and at the end means itself.
    var isLenient: Bool
}
