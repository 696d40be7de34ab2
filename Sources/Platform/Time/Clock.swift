/// The time: of the wall, for stamps that people read, and monotonic, for durations.
package protocol Clock: Sendable {
    /// Milliseconds since 1970-01-01 UTC; may step in both directions.
    var wallMilliseconds: Int64 { get }
    /// Never steps back.
    var monotonic: MonotonicInstant { get }
}
