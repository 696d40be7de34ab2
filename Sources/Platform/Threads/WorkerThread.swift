import Bytes
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A thread of our own, for work that blocks.
///
/// Tasks run on a small shared pool that blocking calls would starve; whoever calls fsync(2) or
/// waits for a ``Monitor`` for long does it on one of these.
package final class WorkerThread: Sendable {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        /// Names the calling thread; a name is a courtesy, so failures do not matter.
        func showName() {
            guard let file = try? RealFileSystem().open("/proc/thread-self/comm", .update) else {
                return
            }
            try? file.write(Array(name.utf8).rawSpan)
        }
    }
    private let isFinished = Monitor(false)
    /// The name that `top -H` and debuggers show: at most 15 bytes, proc_pid_comm(5).
    package let name: String

    /// Starts the thread.
    ///
    /// - Returns: nil if the system has no room for another thread (`ulimit -u`).
    package init?(name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = String(name.prefix(15))
        let isFinished = isFinished
        let start = Start(name: self.name) {
            body()
            isFinished.withLock { $0 = true }
            isFinished.notifyAll()
        }
        var thread = pthread_t()
        // SAFETY: the start object is retained here and released by the thread, or below if there
        // is no thread.
        let reference = unsafe Unmanaged.passRetained(start)
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.showName()
                start.body()
                return nil
            }, reference.toOpaque())
        guard result == 0 else {
            unsafe reference.release()
            return nil
        }
        pthread_detach(thread)
    }

    /// Lets every other thread of the machine that wants the processor go before the calling one.
    ///
    /// For work that has time. A courtesy: a failure is not told. setpriority(2) takes the calling
    /// thread for a process of its own on Linux.
    package static func lowerPriority() {
        // `PRIO_PROCESS`, which Swift sees with a type that the call does not take.
        let byProcess: Int32 = 0
        _ = setpriority(byProcess, 0, 10)
    }

    /// Lets other threads run: sched_yield(2).
    package static func yield() { sched_yield() }

    /// Waits until the body has returned; any number of threads may join.
    ///
    /// - Returns: false if it has not by the end of the time-out; without one it waits for ever.
    @discardableResult
    package func join(timeout: Duration? = nil) -> Bool {
        isFinished.wait(timeout: timeout) { $0 ? true : nil } ?? false
    }
}
