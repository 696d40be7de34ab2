import Platform

/// The wall clock as far as removal may trust it.
///
/// A wall clock that jumps forward (a wrong battery clock, a typing error, a resumed virtual machine)
/// would make everything look old at once. Against the monotonic clock such a jump shows: for
/// ``LogLimits/clockJumpHoldTime`` the time goes on as if there had been none, so that somebody can
/// set the clock right; a clock that stays is believed then.
struct TrustedTime: Sendable {
    private var last: (wall: Int64, monotonic: MonotonicInstant)?
    private var heldSince: MonotonicInstant?
    /// Jumps forward that were held back.
    private(set) var jumps: Int64 = 0

    /// Milliseconds since 1970-01-01 UTC.
    mutating func now(_ clock: any Clock) -> Int64 {
        let (wall, monotonic) = (clock.wallMilliseconds, clock.monotonic)
        guard let last else {
            self.last = (wall, monotonic)
            return wall
        }
        let elapsed = last.monotonic.duration(to: monotonic).wholeNanoseconds / 1_000_000
        let expected = last.wall + elapsed
        guard wall > expected + LogLimits.clockJumpMaxMilliseconds else {
            heldSince = nil
            self.last = (wall, monotonic)
            return wall
        }
        if heldSince == nil { jumps += 1 }
        let since = heldSince ?? monotonic
        if since.duration(to: monotonic) < LogLimits.clockJumpHoldTime {
            heldSince = since
            self.last = (expected, monotonic)
            return expected
        }
        heldSince = nil
        self.last = (wall, monotonic)
        return wall
    }
}
