import NIOCore

/// Runs the tasks of a connection on its event loop, where its bytes come and go.
///
/// On the threads of Swift's own pool each request would cost two more changes of thread: one when it
/// has come, one when it is answered. Nothing that waits for the disk runs here: see `onWorker`.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in
            // SAFETY: the closure holds the executor while the job runs.
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
