import Platform
import Synchronization

/// An open log without threads: its parts, and the steps in which they work.
///
/// Whoever calls decides what happens when, and how much of it: in production the threads of
/// ``CommitLog``, in a simulation one test. Both run the same code.
final class LogDriver: Sendable {
    let shared: LogShared
    let queue: BoundedQueue<Submission>
    let reader: LogReader
    let segments: SegmentCache
    let lister: BlockLister
    let maintenance: Maintenance
    /// Guards nothing that two threads want: the one that writes holds it while it does.
    private let writer: Mutex<CommitWriter>

    init(shared: LogShared) {
        self.shared = shared
        queue = BoundedQueue(weightMax: shared.options.queueByteCountMax)
        segments = SegmentCache(shared)
        reader = LogReader(shared: shared, segments: segments)
        lister = BlockLister(shared: shared, segments: segments)
        maintenance = Maintenance(shared: shared, queue: queue, segments: segments)
        writer = Mutex(CommitWriter(shared: shared))
    }

    /// Handles what waits until the queue is closed and empty, then ends the log.
    ///
    /// - Returns: why what was only written could not be made durable; nil if it was.
    func writeUntilClosed() -> AppendError? {
        while let submissions = queue.popAll() { write(submissions) }
        return writer.withLock { $0.finish() }
    }

    /// Handles up to `countMax` of what waits as one group, without waiting for more.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func writeGroup(atMost countMax: Int = .max) -> Int {
        let submissions = queue.takeWaiting(atMost: countMax)
        if !submissions.isEmpty { write(submissions) }
        return submissions.count
    }

    private func write(_ submissions: [Submission]) {
        writer.withLock { $0.handle(submissions) }
        maintenance.filesMayBeFull()
    }
}
