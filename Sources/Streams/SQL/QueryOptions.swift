/// What the caller decides about a query beside its text.
package struct QueryOptions: Sendable {
    /// Milliseconds for which a fired window still takes late events.
    package var allowedLateness: Int64 = 0
    /// The watermark's delay for streams that do not declare one.
    package var watermarkDelay: Int64 = 0

    package init() {}
}
