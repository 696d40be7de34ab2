/// What a walk over a commit-log file comes to.
package enum InspectedPart: Sendable, Equatable {
    case frame(InspectedFrame)
    case damage(Damage)
    /// Behind the last frame, at this position of the file; `garbage` bytes behind it are not
    /// zero: what a crash has left of a frame that was never acknowledged.
    case end(filePosition: Int64, garbage: Int64)
}
