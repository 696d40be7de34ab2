import Platform
import Synchronization
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

        /// True for the one who may work now.
        mutating func take() -> Bool {
            guard !isBusy, !isStopped else { return false }
            isBusy = true
            return true
        }
    }
    /// What only the thread that has made `isBusy` true may touch.
    private final class Workshop: @unchecked Sendable {
        // SAFETY (of @unchecked): used only between `take` and `end`, by one thread; the
        // monitor's lock orders one use after the other.
        let tools: MaintenanceTools
        init(_ tools: MaintenanceTools) { self.tools = tools }
    }

    private let shared: LogShared
    private let queue: BoundedQueue<Submission>
    private let workshop: Workshop
    /// Guards who works; held for a few instructions, no lock is taken inside.
    private let control = Monitor(Control())
    /// Whether appends are to wait; looked at by every one of them, so without a lock.
    private let isFarBehind = Atomic(false)

    init(shared: LogShared, queue: BoundedQueue<Submission>, segments: SegmentCache) {
        self.shared = shared
        self.queue = queue
        workshop = Workshop(MaintenanceTools(shared: shared, segments: segments))
    }

    /// Does a whole run, waiting for its turn and for the writer.
    func perform(_ kind: MaintenanceRun.Kind) throws(MaintenanceError) {
        let mayWork = control.wait { control -> Bool? in
            control.isBusy && !control.isStopped ? nil : control.take()
        }
        guard mayWork == true else { throw .closed }
        var run = run(kind)
        while true {
            switch try step(&run) {
            case .goesOn: continue
            case .waits: run.waitForWriter()
            case .finished: return
            }
        }
    }

    /// Begins a run whose every ``step(_:)`` the caller takes; nil while another one goes on, and
    /// when the log is closed.
    func begin(_ kind: MaintenanceRun.Kind) -> MaintenanceRun? {
        control.withLock { $0.take() } ? run(kind) : nil
    }

    /// Takes the next step of a run; after `.finished` or an error it is over.
    func step(_ run: inout MaintenanceRun) throws(MaintenanceError) -> MaintenanceRun.Progress {
        do throws(MaintenanceError) {
            if control.withLock({ $0.isStopped }) { throw .closed }
            let progress = try run.step()
            if progress == .finished { end(nil) }
            return progress
        } catch {
            end(error)
            throw error
        }
    }

    private func run(_ kind: MaintenanceRun.Kind) -> MaintenanceRun {
        MaintenanceRun(kind, shared: shared, queue: queue, tools: workshop.tools)
    }

    private func end(_ problem: MaintenanceError?) {
        let count = shared.withState { state in
            state.statistics.maintenanceFailure = problem?.description
            return state.unsealedFileCount
        }
        // If sealing fails, waiting for it helps nobody.
        let isFar = problem == nil && count > LogLimits.unsealedFilesFarMax
        isFarBehind.store(isFar, ordering: .relaxed)
        control.withLock { $0.isBusy = false }
        control.notifyAll()
    }

    // MARK: Scheduling

    /// Tells the background thread that there may be a full file; called by the writer.
    func filesMayBeFull() {
        let (start, isFar) = shared.withState { state in
            let count = state.unsealedFileCount
            let isFar =
                count > LogLimits.unsealedFilesFarMax && state.statistics.maintenanceFailure == nil
            return (count > 0 ? state.files.last?.start : nil, isFar)
        }
        guard let start else { return }
        isFarBehind.store(isFar, ordering: .relaxed)
        let isNew = control.withLock { control -> Bool in
            defer { control.activeStart = start }
            return control.activeStart != start
        }
        if isNew { control.notifyAll() }
    }

    /// Whether appends are to wait; counts an append that does.
    func noteFarBehind() -> Bool {
        guard isFarBehind.load(ordering: .relaxed) else { return false }
        shared.withState { $0.statistics.slowedAppends += 1 }
        return true
    }

    /// Lets the caller wait a while if far too many files wait to be sealed.
    func slowDown() {
        guard noteFarBehind() else { return }
        _ = control.wait(timeout: LogLimits.sealingWaitMax) { control in
            control.isStopped || !isFarBehind.load(ordering: .relaxed) ? true : nil
        }
    }

    /// Seals full files as they come, and cleans up after that and from time to time, until stopped.
    ///
    /// A failure is kept in the statistics; the next full file or the next time is the next attempt.
    func runInBackground() {
        WorkerThread.lowerPriority()
        while true {
            do throws(MaintenanceError) {
                try perform(.seal(includingActive: isActiveFileOld()))
                try perform(.clean)
            } catch {
                // `end` has noted it.
            }
            let isStopped = control.wait(timeout: shared.options.cleaningInterval) {
                control -> Bool? in
                if control.isStopped { return true }
                guard control.activeStart != control.activeStartSeen else { return nil }
                control.activeStartSeen = control.activeStart
                return false
            }
            if isStopped == true { return }
        }
    }

    /// Looks whether the active file is to be ended; waits for its turn.
    private func isActiveFileOld() throws(MaintenanceError) -> Bool {
        let mayWork = control.wait { control -> Bool? in
            control.isBusy && !control.isStopped ? nil : control.take()
        }
        guard mayWork == true else { throw .closed }
        defer {
            control.withLock { $0.isBusy = false }
            control.notifyAll()
        }
        return workshop.tools.retention.isActiveFileOld()
    }

    /// Ends the run that goes on, after the partition that it is sealing, and the background thread.
    func stop() {
        control.withLock { $0.isStopped = true }
        control.notifyAll()
    }
}
