import Platform

/// One sealing, one clean-up or one checkpoint, cut into steps: a step does one thing or asks the writer for one.
///
/// ``Maintenance`` takes the steps one after the other; a simulation lets other things happen
/// between them. Given up between any two, it leaves what the next run begins with anew.
struct MaintenanceRun {
    enum Kind: Sendable {
        /// Seal the full commit-log files, or, with the active one, everything; then checkpoint.
        case seal(includingActive: Bool)
        /// Seal all that there is of these partitions, from the active file too, which goes on; then
        /// checkpoint.
        case sealPartitions([PartitionID])
        case checkpoint
        /// Remove what is too old or too much; then checkpoint.
        case retain
        /// The same, then compact the partitions that are dirty enough.
        case clean
        /// Compact these partitions however clean they are.
        case compact([PartitionID])
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
        case settle([PartitionID])
        case settled([PartitionID])
        case seal(ArraySlice<PartitionID>, before: LogPosition)
        case retain
        case removed
        case compact
        case pass(CompactionPass)
        case capture
        case write
        case finished
    }
    private typealias Answer = Result<AppendReceipt, AppendError>

    private let shared: LogShared
    private let queue: BoundedQueue<Submission>
    private let tools: MaintenanceTools
    private var stage: Stage
    /// Up to where this run seals; nil before it has looked, and for a checkpoint.
    private var goal: LogPosition?
    /// Up to where it has sealed.
    private var sealedEnd = LogPosition.zero
    /// Whether dirty partitions are looked for once retention is done.
    private var choosesPartitions = false
    /// Partitions still to be compacted.
    private var dirty: ArraySlice<PartitionID> = []
    /// What the writer was asked for; nil if nothing is.
    private var question: Monitor<Answer?>?
    private let taken = Monitor<StateCapture?>(nil)
    /// The log's end when the writer answered last.
    private var answeredEnd = LogPosition.zero

    init(
        _ kind: Kind, shared: LogShared, queue: BoundedQueue<Submission>, tools: MaintenanceTools
    ) {
        self.shared = shared
        self.queue = queue
        self.tools = tools
        switch kind {
        case .seal(let includingActive): stage = includingActive ? .roll : .plan
        case .sealPartitions(let ids): stage = .settle(ids)
        case .checkpoint: stage = .capture
        case .retain: stage = .retain
        case .clean:
            stage = .retain
            choosesPartitions = true
        case .compact(let ids):
            stage = .compact
            dirty = ids[...]
        }
    }

    /// Does the next thing.
    mutating func step() throws(MaintenanceError) -> Progress {
        if let question {
            guard let answer = question.withLock({ $0 }) else { return .waits }
            self.question = nil
            do throws(AppendError) { answeredEnd = try answer.get().position } catch {
                try take(error)
            }
        }
        switch stage {
        case .roll:
            try ask(.roll)
            stage = .plan
        case .plan: stage = plan()
        case .settle(let ids):
            // Sealing a new partition removes the files of an earlier one of its name, which count
            // until its removal is durable.
            try ask(.settle)
            stage = .settled(ids)
        case .settled(let ids): stage = .seal(ids[...], before: answeredEnd)
        case .seal(let ids, let limit):
            guard let id = ids.first else {
                stage = .capture
                break
            }
            try tools.sealer.seal(id, before: limit)
            stage = .seal(ids.dropFirst(), before: limit)
        case .retain, .removed, .compact, .pass: try clean()
        case .capture:
            try ask(.capture { [taken] capture in taken.withLock { $0 = capture } })
            stage = .write
        case .write:
            guard let capture = taken.withLock({ $0 }) else { throw .closed }
            do throws(IOError) { try tools.checkpointer.write(capture) } catch {
                throw .inputOutput(error)
            }
            let goesOn = goal.map { sealedEnd < $0 } ?? false
            stage = goesOn ? .plan : dirty.isEmpty ? .finished : .compact
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
        return .seal(tools.sealer.partitions(before: limit)[...], before: limit)
    }

    // MARK: Retention and compaction

    private mutating func clean() throws(MaintenanceError) {
        switch stage {
        case .retain:
            let removals = tools.retention.removals()
            stage = .removed
            guard !removals.isEmpty else { return }
            let frame: EncodedFrame
            do throws(AppendError) {
                frame = try EncodedFrame(FrameContent(removals), verifiesBatches: false)
            } catch { throw .append(error) }
            try ask(.frame(frame))
        case .removed:
            // Files of what is gone go with a checkpoint.
            let hasGarbage = shared.withState { $0.hasGarbage }
            if choosesPartitions { dirty = tools.compactor.due(at: tools.retention.now())[...] }
            stage = hasGarbage ? .capture : dirty.isEmpty ? .finished : .compact
        case .compact:
            guard let id = dirty.first else {
                stage = .finished
                return
            }
            if let pass = tools.compactor.pass(id, at: tools.retention.now()) {
                stage = .pass(pass)
            } else {
                dirty = dirty.dropFirst()
            }
        case .pass(let pass):
            // A checkpoint after each pass gives the space of the old segments back.
            if try pass.step() { stage = .capture }
        default: preconditionFailure("a stage of sealing in a clean-up")
        }
    }

    /// A partition that was removed since its removals were planned: they are planned anew.
    private mutating func take(_ error: AppendError) throws(MaintenanceError) {
        guard case .removed = stage, case .unknownPartition = error else { throw .append(error) }
        stage = .retain
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
