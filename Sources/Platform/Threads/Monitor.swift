#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A value behind a mutex, with one condition to wait on.
///
/// For blocking threads; code that must not block uses `Mutex` from Synchronization.
@safe package final class Monitor<State: Sendable>: @unchecked Sendable {
    // SAFETY (of @unchecked): `state` is reached only in `withLock` and `wait`, which hold
    // `mutex`. The pthread objects are allocated once, never moved, and destroyed in deinit,
    // when nobody can hold a reference and therefore nobody can wait.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    package init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        // SAFETY: each call initialises the memory just allocated. pthread_mutex_init(3P) and
        // pthread_cond_init(3P) fail only for want of memory.
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // Time-outs must not follow steps of the wall clock.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let isReady =
            unsafe pthread_mutex_init(mutex, nil) == 0
            && pthread_cond_init(condition, &attributes) == 0
        unsafe pthread_condattr_destroy(&attributes)
        precondition(isReady, "no memory for a lock")
    }

    deinit {
        // SAFETY: initialised in init, in use by nobody.
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the state to itself.
    ///
    /// It must not wait for another monitor.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body(&state)
    }

    /// Waits until `body` gives a result, asking it again after each ``notifyAll()``.
    ///
    /// Without a time-out it waits for ever; after one it answers nil.
    package func wait<Result, Failure: Error>(
        timeout: Duration? = nil, until body: (inout State) throws(Failure) -> Result?
    ) throws(Failure) -> Result? {
        let deadline = timeout.map { SystemClock().monotonic.advanced(by: $0) }
        lock()
        defer { unlock() }
        while true {
            if let result = try body(&state) { return result }
            guard sleep(until: deadline) else { return try body(&state) }
        }
    }

    /// Wakes every thread that waits.
    ///
    /// Call it after the change, inside or outside the lock.
    package func notifyAll() {
        // SAFETY: the condition lives as long as self.
        unsafe pthread_cond_broadcast(condition)
    }

    /// Sleeps until notified; false once the deadline has passed.
    private func sleep(until deadline: MonotonicInstant?) -> Bool {
        // SAFETY: the caller holds the mutex, as pthread_cond_wait(3P) demands.
        guard let deadline else {
            unsafe pthread_cond_wait(condition, mutex)
            return true
        }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        return unsafe pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    private func lock() {
        // SAFETY: the mutex lives as long as self; it is not recursive, and errors (EDEADLK) are
        // reported only by error-checking mutexes.
        unsafe pthread_mutex_lock(mutex)
    }

    private func unlock() {
        // SAFETY: called only by the thread that locked.
        unsafe pthread_mutex_unlock(mutex)
    }
}
