import Platform
import SystemPackage

/// Sealing and checkpoints: when they run, and that only one of them does.
final class Maintenance: Sendable {
    private struct Control {
        var isBusy = false
        var isStopped = false
        /// Where the active commit-log file begins, now and when the background thread last looked:
        /// when it has moved on, the file before is full.
        var activeStart = LogPosition.zero
        var activeStartSeen = LogPosition.zero
    }
    /// What only the thread that has made `isBusy` true may touch.
    private final class Workshop: @unchecked Sendable {
        // SAFETY (of @unchecked): used only between `begin` and `end`, by one thread; the
        // monitor's lock orders one use after the other.
        let sealer: Sealer
        init(_ sealer: Sealer) { self.sealer = sealer }
    }

    private let shared: LogShared
    private let queue: BoundedQueue<Submission>
    private let workshop: Workshop
    private let checkpointer: Checkpointer
    /// Guards who works; held for a few instructions, no lock is taken inside.
    private let control = Monitor(Control())

    init(shared: LogShared, queue: BoundedQueue<Submission>, segments: SegmentCache) {
        self.shared = shared
        self.queue = queue
        workshop = Workshop(Sealer(shared: shared))
        checkpointer = Checkpointer(shared: shared, segments: segments)
    }

    /// Seals the full files, or, with the active one, everything; ends with a checkpoint.
    func seal(includingActive: Bool) throws(MaintenanceError) {
        try perform { () throws(MaintenanceError) in
            if includingActive { try submit(.roll) }
            let (limit, count) = shared.withState { state in
                (state.files.last?.start ?? .zero, state.files.count)
            }
            guard count > 1 else { return }
            try workshop.sealer.seal(before: limit) { control.withLock { $0.isStopped } }
            try checkpoint()
        }
    }

    /// Writes a snapshot without sealing.
    func checkpointOnly() throws(MaintenanceError) {
        try perform { () throws(MaintenanceError) in try checkpoint() }
    }

    private func checkpoint() throws(MaintenanceError) {
        let taken = Monitor<StateCapture?>(nil)
        try submit(.capture { capture in taken.withLock { $0 = capture } })
        guard let capture = taken.withLock({ $0 }) else { throw .closed }
        do throws(IOError) { try checkpointer.write(capture) } catch { throw .inputOutput(error) }
    }

    /// Lets the writer do something, and waits for it.
    private func submit(_ work: Submission.Work) throws(MaintenanceError) {
        let waiting = Monitor<Result<AppendReceipt, AppendError>?>(nil)
        let submission = Submission(work, durability: .fsync) { result in
            waiting.withLock { $0 = result }
            waiting.notifyAll()
        }
        guard queue.push(submission) else { throw .closed }
        let result = waiting.wait(until: { $0 })
        do throws(AppendError) { _ = try result?.get() } catch { throw .append(error) }
    }

    // MARK: Scheduling

    /// Tells the background thread that there may be a full file; called by the writer.
    func filesMayBeFull() {
        let start = shared.withState { $0.files.count > 1 ? $0.files.last?.start : nil }
        guard let start else { return }
        let isNew = control.withLock { control -> Bool in
            defer { control.activeStart = start }
            return control.activeStart != start
        }
        if isNew { control.notifyAll() }
    }

    /// Seals full files as they come, until stopped.
    ///
    /// A failure is kept in the statistics, and the next full file is the next attempt.
    func runInBackground() {
        filesMayBeFull()  // Those that were there when the log was opened.
        while true {
            let mayWork = control.wait { control -> Bool? in
                if control.isStopped { return false }
                guard control.activeStart != control.activeStartSeen else { return nil }
                control.activeStartSeen = control.activeStart
                return true
            }
            guard mayWork == true else { return }
            do throws(MaintenanceError) {
                try seal(includingActive: false)
            } catch {
                continue  // `perform` has noted it.
            }
        }
    }

    /// Ends the background thread after the partition that it is sealing.
    func stop() {
        control.withLock { $0.isStopped = true }
        control.notifyAll()
    }

    private func perform(
        _ body: () throws(MaintenanceError) -> Void
    ) throws(MaintenanceError) {
        let mayWork = control.wait { control -> Bool? in
            if control.isStopped { return false }
            if control.isBusy { return nil }
            control.isBusy = true
            return true
        }
        guard mayWork == true else { throw .closed }
        defer {
            control.withLock { $0.isBusy = false }
            control.notifyAll()
        }
        do throws(MaintenanceError) {
            try body()
            shared.withState { $0.statistics.maintenanceFailure = nil }
        } catch {
            shared.withState { $0.statistics.maintenanceFailure = error.description }
            throw error
        }
    }
}
