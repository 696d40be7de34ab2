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
        /// Whether there are partitions with bounds on what waits to be sealed.
        var hasBounded = false

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
    /// What the writer has last said of partitions with bounds; only the writer looks.
    private let hasBounded = Atomic(false)

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
        // Room for the next attempt.
        if case .inputOutput(let error) = problem, error.failure.isOutOfSpace {
            CommitFileMaker(shared: shared).removeSpares()
        }
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
        let (start, isFar, hasBounded) = shared.withState { state in
            let count = state.unsealedFileCount
            let isFar =
                count > LogLimits.unsealedFilesFarMax && state.statistics.maintenanceFailure == nil
            return (count > 0 ? state.files.last?.start : nil, isFar, !state.bounded.isEmpty)
        }
        noteBounded(hasBounded)
        guard let start else { return }
        isFarBehind.store(isFar, ordering: .relaxed)
        let isNew = control.withLock { control -> Bool in
            defer { control.activeStart = start }
            return control.activeStart != start
        }
        if isNew { control.notifyAll() }
    }

    private func noteBounded(_ hasBounded: Bool) {
        guard self.hasBounded.load(ordering: .relaxed) != hasBounded else { return }
        self.hasBounded.store(hasBounded, ordering: .relaxed)
        control.withLock { $0.hasBounded = hasBounded }
        control.notifyAll()
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

    /// Why the background thread goes on.
    private enum Wake {
        /// A file is full, or it is time to clean up.
        case all
        /// It is time to look at the partitions with bounds.
        case bounded
        case stop
    }

    /// Seals full files as they come, and what partitions with bounds have waiting, and cleans up
    /// after that and from time to time, until stopped.
    ///
    /// A failure is kept in the statistics; the next full file or the next time is the next attempt.
    func runInBackground() {
        WorkerThread.lowerPriority()
        var wake = Wake.all
        var cleaning = shared.clock.monotonic
        while wake != .stop {
            do throws(MaintenanceError) {
                if wake == .bounded {
                    try sealWaiting()
                } else {
                    try perform(.seal(includingActive: isActiveFileOld()))
                    try perform(.clean)
                }
            } catch {
                // `end` has noted it.
            }
            if wake == .all { cleaning = shared.clock.monotonic.advanced(by: cleaningInterval) }
            wake = waitForWork(until: cleaning)
        }
    }

    /// Waits for something to do; at `cleaning` it is time to look without any other reason.
    private func waitForWork(until cleaning: MonotonicInstant) -> Wake {
        let left = max(.zero, shared.clock.monotonic.duration(to: cleaning))
        let looks = control.withLock { $0.hasBounded }
        let wait = looks ? min(left, LogLimits.waitingLookInterval) : left
        let wake = control.wait(timeout: wait) { control -> Wake? in
            if control.isStopped { return .stop }
            if control.activeStart != control.activeStartSeen {
                control.activeStartSeen = control.activeStart
                return .all
            }
            // With bounds that are new the wait is another one.
            return control.hasBounded != looks ? .bounded : nil
        }
        return wake ?? (wait < left ? .bounded : .all)
    }

    /// Seals and compacts the partitions whose bounds are reached.
    func sealWaiting() throws(MaintenanceError) {
        let start = shared.clock.monotonic
        let due = try takingTurn { $0.waiting.due() }
        guard !due.isEmpty else { return }
        do throws(MaintenanceError) {
            try perform(.sealPartitions(due))
            shared.withState { $0.statistics.earlySealings += 1 }
            try perform(.clean)
        } catch {
            try takingTurn { $0.waiting.performed(from: start, pause: cleaningInterval) }
            throw error
        }
        try takingTurn { $0.waiting.performed(from: start, pause: nil) }
    }

    private var cleaningInterval: Duration { shared.options.cleaningInterval }

    /// Looks whether the active file is to be ended; waits for its turn.
    private func isActiveFileOld() throws(MaintenanceError) -> Bool {
        try takingTurn { $0.retention.isActiveFileOld() }
    }

    /// Uses the tools between two runs.
    private func takingTurn<Result: Sendable>(
        _ body: (MaintenanceTools) -> Result
    ) throws(MaintenanceError) -> Result {
        let mayWork = control.wait { control -> Bool? in
            control.isBusy && !control.isStopped ? nil : control.take()
        }
        guard mayWork == true else { throw .closed }
        defer {
            control.withLock { $0.isBusy = false }
            control.notifyAll()
        }
        return body(workshop.tools)
    }

    /// Ends the run that goes on, after the partition that it is sealing, and the background thread.
    func stop() {
        control.withLock { $0.isStopped = true }
        control.notifyAll()
    }
}
