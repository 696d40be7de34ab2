import Synchronization

/// A clock that moves when it is told.
package final class ManualClock: Clock {
    private struct Time {
        var wall: Int64
        var monotonic = MonotonicInstant(nanoseconds: 0)
    }
    /// Guards the two hands; no lock is taken inside.
    private let time: Mutex<Time>

    package init(wallMilliseconds: Int64 = 1_700_000_000_000) {
        time = Mutex(Time(wall: wallMilliseconds))
    }

    package var wallMilliseconds: Int64 { time.withLock { $0.wall } }
    package var monotonic: MonotonicInstant { time.withLock { $0.monotonic } }

    /// Moves both hands forward.
    package func advance(by duration: Duration) {
        time.withLock {
            $0.wall += duration.wholeNanoseconds / 1_000_000
            $0.monotonic = $0.monotonic.advanced(by: duration)
        }
    }

    /// Sets the wall clock, as an administrator or NTP does; the monotonic hand stays.
    package func stepWall(toMilliseconds milliseconds: Int64) {
        time.withLock { $0.wall = milliseconds }
    }
}
