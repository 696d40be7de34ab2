#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The machine's clock, clock_gettime(2).
package struct SystemClock: Clock {
    package init() {}

    package var wallMilliseconds: Int64 {
        let time = Self.now(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    package var monotonic: MonotonicInstant {
        let time = Self.now(CLOCK_MONOTONIC)
        return MonotonicInstant(
            nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static func now(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Fails only for a clock that the system lacks; both are in every Linux.
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "clock_gettime failed with errno \(errno)")
        return time
    }
}
