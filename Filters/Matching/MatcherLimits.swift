/// What bounds a ``SubscriptionMatcher``: its size when it is made, its memory while it runs.
package struct MatcherLimits: Sendable {
    /// Subscriptions at once.
    package var subscriptionCountMax = 100_000
    /// Distinct steps of all conditions together.
    package var stepCountMax = 1_000_000
    /// Bytes of columns and remembered results: a batch that needs more is cut into pieces.
    package var workingByteCountMax = 64 << 20
    /// Records of a piece, at most: what fits the processor's caches.
    package var pieceRowCountMax = 4_096

    package init() {}

    /// Conditions that build text and are evaluated together; see ``Program/rowCountMax``.
    static let textBuilderCountMax = 8
}
