import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Turns the first signal that asks the process to end into a flag, so that work can be committed
/// before the end; the second one ends the process at once.
///
/// The handler stores the signal's number and writes one byte into a pipe: both are allowed in a
/// handler (signal-safety(7)). The pipe is what makes waiting exact: a signal that arrives just
/// before ``waitForInput(_:)`` still ends it, which a flag and `EINTR` alone cannot promise.
package enum StopSignals {
    /// The first stop signal's number; 0 before it.
    private static let number = Atomic<Int32>(0)
    /// The write end of the pipe; -1 before ``install()``.
    private static let wakeEnd = Atomic<Int32>(-1)
    /// The read end of the pipe; -1 before ``install()``.
    ///
    /// Never read: it stays readable.
    private static let waitEnd = Atomic<Int32>(-1)

    /// The stop signal that has arrived, if one has.
    package static var received: StopSignal? {
        StopSignal(rawValue: number.load(ordering: .acquiring))
    }

    /// Installs the handlers, once and before other threads start.
    ///
    /// Until then, or if the system has no pipe left, the signals end the process as they do by
    /// default.
    package static func install() {
        guard wakeEnd.load(ordering: .relaxed) == -1 else { return }
        var ends: [Int32] = [-1, -1]
        // SAFETY: pipe(2) writes two descriptors to the array.
        guard unsafe pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        waitEnd.store(ends[0], ordering: .relaxed)
        wakeEnd.store(ends[1], ordering: .relaxed)
        unblock()
        for signal in StopSignal.allCases {
            // A shell that starts a command with `&` has it ignore Control-C, so that the key ends
            // only what is in the foreground: what is ignored stays so (sh's specification, 2.11).
            var current = sigaction()
            guard unsafe sigaction(signal.rawValue, nil, &current) == 0, !isIgnored(current)
            else { continue }
            var action = sigaction()
            // SAFETY: the union's handler form goes with flags that lack SA_SIGINFO. The closure
            // captures nothing. SA_RESETHAND makes the second signal end the process.
            unsafe action.__sigaction_handler.sa_handler = { StopSignals.handle($0) }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
            _ = unsafe sigaction(signal.rawValue, &action, nil)
        }
    }

    /// Lets the signals through to this thread and those that it starts: whoever started the process
    /// may have had them blocked, which a process inherits (a thread of Dispatch has).
    private static func unblock() {
        var signals = sigset_t()
        // SAFETY: a set of this function, filled by the calls and read by the last one.
        unsafe sigemptyset(&signals)
        for signal in StopSignal.allCases { unsafe sigaddset(&signals, signal.rawValue) }
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        // SAFETY: both are addresses that are compared and not called.
        unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Runs in the handler: touches only atomics and write(2).
    private static func handle(_ signal: Int32) {
        number.store(signal, ordering: .releasing)
        let savedErrno = errno
        var byte: UInt8 = 1
        // SAFETY: one byte of a local; the descriptor is never closed. A full pipe is as good.
        _ = unsafe write(wakeEnd.load(ordering: .relaxed), &byte, 1)
        errno = savedErrno
    }

    /// Waits until a read of one of the files would return at once, or a stop signal has arrived.
    ///
    /// - Returns: whether there is something to read (or the end of it), signal or not.
    package static func waitForInput(_ files: [InputReadiness]) -> Bool {
        files.contains { $0.descriptor < 0 } || wait(for: files, milliseconds: -1)
    }

    /// Waits until the time has passed or a stop signal has arrived: for reading on what another
    /// thread or process will write.
    ///
    /// - Returns: whether the time has passed without a stop signal.
    package static func wait(_ duration: Duration) -> Bool {
        let milliseconds = min(max(0, duration.wholeNanoseconds / 1_000_000), Int64(Int32.max))
        _ = wait(for: [], milliseconds: Int32(milliseconds))
        return received == nil
    }

    private static func wait(for files: [InputReadiness], milliseconds: Int32) -> Bool {
        // A negative descriptor is passed over: poll(2).
        var places = (files.map(\.descriptor) + [waitEnd.load(ordering: .relaxed)]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            // SAFETY: poll(2) reads and writes the array's elements.
            let count = unsafe poll(&places, nfds_t(places.count), milliseconds)
            if count < 0, errno == EINTR { continue }
            return places.dropLast().contains { $0.revents != 0 }
        }
    }
}
