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
    }
    private let isFinished = Monitor(false)
    /// The name that `top -H` and debuggers show: at most 15 bytes, pthread_setname_np(3).
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
        var attributes = unsafe pthread_attr_t()
        // SAFETY: the attributes are initialised before use; the start object is retained here
        // and released by the thread, or below if there is no thread.
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let reference = unsafe Unmanaged.passRetained(start)
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe start.name.withCString { unsafe _ = pthread_setname_np(pthread_self(), $0) }
                start.body()
                return nil
            }, reference.toOpaque())
        guard result == 0 else {
            unsafe reference.release()
            return nil
        }
    }

    /// Waits until the body has returned; any number of threads may join.
    package func join() {
        isFinished.wait { $0 ? true : nil }
    }
}
