import Platform

/// One sealing or one checkpoint, cut into steps: a step does one thing or asks the writer for one.
///
/// ``Maintenance`` takes the steps one after the other; a simulation lets other things happen
/// between them. Given up between any two, it leaves what the next run begins with anew.
struct MaintenanceRun {
    enum Kind: Sendable {
        /// Seal the full commit-log files, or, with the active one, everything; then checkpoint.
        case seal(includingActive: Bool)
        case checkpoint
    }
    enum Progress: Sendable, Equatable {
        case goesOn
        /// The writer has not yet done what was asked of it.
        case waits
        case finished
    }
    private enum Stage {
        case roll
        case plan
        case seal(ArraySlice<PartitionID>, before: LogPosition)
        case capture
        case write
        case finished
    }
    private typealias Answer = Result<AppendReceipt, AppendError>

    private let shared: LogShared
    private let queue: BoundedQueue<Submission>
    private let sealer: Sealer
    private let checkpointer: Checkpointer
    private var stage: Stage
    /// Up to where this run seals; nil before it has looked, and for a checkpoint.
    private var goal: LogPosition?
    /// Up to where it has sealed.
    private var sealedEnd = LogPosition.zero
    /// What the writer was asked for; nil if nothing is.
    private var question: Monitor<Answer?>?
    private let taken = Monitor<StateCapture?>(nil)

    init(
        _ kind: Kind, shared: LogShared, queue: BoundedQueue<Submission>, sealer: Sealer,
        checkpointer: Checkpointer
    ) {
        self.shared = shared
        self.queue = queue
        self.sealer = sealer
        self.checkpointer = checkpointer
        stage =
            switch kind {
            case .seal(let includingActive): includingActive ? .roll : .plan
            case .checkpoint: .capture
            }
    }

    /// Does the next thing.
    mutating func step() throws(MaintenanceError) -> Progress {
        if let question {
            guard let answer = question.withLock({ $0 }) else { return .waits }
            self.question = nil
            do throws(AppendError) { _ = try answer.get() } catch { throw .append(error) }
        }
        switch stage {
        case .roll:
            try ask(.roll)
            stage = .plan
        case .plan: stage = plan()
        case .seal(let ids, let limit):
            guard let id = ids.first else {
                stage = .capture
                break
            }
            try sealer.seal(id, before: limit)
            stage = .seal(ids.dropFirst(), before: limit)
        case .capture:
            try ask(.capture { [taken] capture in taken.withLock { $0 = capture } })
            stage = .write
        case .write:
            guard let capture = taken.withLock({ $0 }) else { throw .closed }
            do throws(IOError) { try checkpointer.write(capture) } catch {
                throw .inputOutput(error)
            }
            stage = goal.map { sealedEnd < $0 } ?? false ? .plan : .finished
        case .finished: preconditionFailure("a step of a run that is finished")
        }
        if case .finished = stage { return .finished }
        return .goesOn
    }

    /// Waits until the writer has done what was asked of it.
    func waitForWriter() {
        _ = question?.wait { $0 }
    }

    /// Takes the next few files: with a checkpoint between them, their space comes back, and what
    /// a power failure would undo stays small.
    private mutating func plan() -> Stage {
        let (end, starts) = shared.withState { state in
            (state.files.last?.start ?? .zero, state.files.map(\.start))
        }
        let goal = self.goal ?? end
        self.goal = goal
        guard let first = starts.first, first < goal else { return .finished }
        let limit = min(goal, starts[min(starts.count - 1, LogLimits.sealedFilesMax)])
        guard limit > sealedEnd else { return .finished }
        sealedEnd = limit
        return .seal(sealer.partitions(before: limit)[...], before: limit)
    }

    private mutating func ask(_ work: Submission.Work) throws(MaintenanceError) {
        let question = Monitor<Answer?>(nil)
        let submission = Submission(work, durability: .fsync) { answer in
            question.withLock { $0 = answer }
            question.notifyAll()
        }
        guard queue.push(submission) else { throw .closed }
        self.question = question
    }
}
