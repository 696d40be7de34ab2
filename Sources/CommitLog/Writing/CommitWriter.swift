import Bytes
import Platform
import Records
import SystemPackage

/// The one writer of the commit log: takes what waits, writes it with one call, makes it durable
/// with one call, shows it to readers, answers.
///
/// Used by one thread at a time: the log's writer thread, and before and after it the thread that
/// opens and closes.
final class CommitWriter {
    /// What is written but not yet answered.
    private struct Pending {
        let submission: Submission
        let receipt: AppendReceipt
        let operations: [FrameOperation]
        let batchByteCount: Int
    }

    private let shared: LogShared
    private var ledger: OffsetLedger
    private var producers: ProducerLedger
    /// The file being written; nil until the first frame of an empty log.
    private var active: CommitFile?
    /// Where the next frame goes.
    private var position: LogPosition
    /// Up to here the log is durable.
    private var synced: LogPosition
    /// Length that the active file has on disk, reserved space included; nil if not reserved yet.
    private var reserved: Int64?
    private var failure: AppendError?
    /// A file that could not be begun and may still be there.
    private var halfMade: FilePath?

    /// Frames of the group that is being built; `buffers` are their bytes.
    private var pending: [Pending] = []
    private var buffers: [[UInt8]] = []
    private var groupStart: LogPosition
    /// The only epoch so far: Sluice has one broker, which leads every partition.
    static let leaderEpoch: Int32 = 0

    init(shared: LogShared) {
        self.shared = shared
        (ledger, producers, active, position, failure) = shared.withState {
            (OffsetLedger($0), ProducerLedger($0), $0.files.last, $0.end, $0.refusal)
        }
        synced = position
        groupStart = position
    }

    /// Handles everything that waited, in order; every submission is answered.
    func handle(_ submissions: [Submission]) {
        for submission in submissions {
            guard let work = submission.takeWork() else { continue }
            if let failure {
                submission.complete(.failure(failure))
                continue
            }
            switch consume work {
            case .frame(let frame): add(frame, of: submission)
            case .settle:
                let problem = settle()
                let receipt = AppendReceipt(baseOffsets: [], position: position)
                submission.complete(problem.map { .failure($0) } ?? .success(receipt))
            case .roll:
                let problem = settle() ?? roll()
                let receipt = AppendReceipt(baseOffsets: [], position: position)
                submission.complete(problem.map { .failure($0) } ?? .success(receipt))
            case .capture(let take):
                let problem = settle()
                if problem == nil { take(capture()) }
                let receipt = AppendReceipt(baseOffsets: [], position: position)
                submission.complete(problem.map { .failure($0) } ?? .success(receipt))
            }
        }
        _ = flush(durability: .os)
    }

    /// Makes everything durable and cuts the reserved space off; the log is not used any more.
    func finish() -> AppendError? {
        if let failure { return failure }
        if let problem = flush(durability: .fsync) { return problem }
        // Also of what a crash has left and opening made durable, though nothing was appended since.
        let isProven = shared.withState { $0.endsInProof }
        guard let active, reserved != nil || !isProven else { return nil }
        // The log is whole without what follows: the proof and giving back the space.
        CommitFileMaker(shared: shared).removeSpares()
        try? writeProof(to: active)
        try? active.file.truncate(to: active.filePosition(of: position))
        return nil
    }

    /// Writes a frame that proves that all before it was durable: a bit that flips in the last
    /// acknowledged frame while the log is closed is then damage, and no torn tail to be cut.
    private func writeProof(to active: CommitFile) throws(IOError) {
        var frame = EncodedFrame.seal
        _ = frame.complete(
            at: position, tag: active.tag, syncedBefore: synced,
            timestamp: shared.clock.wallMilliseconds, leaderEpoch: Self.leaderEpoch
        ) { _, _ in .zero }
        try active.file.write(frame.bytes.rawSpan, at: active.filePosition(of: position))
        try active.file.synchronizeData()
        position = position.advanced(by: frame.stride)
    }

    // MARK: Building a group

    private func add(_ frame: consuming EncodedFrame, of submission: Submission) {
        let now = shared.clock.wallMilliseconds
        if frame.hasProducers {
            switch producers.verdict(on: frame.operations, at: now) {
            case .accepted: break
            case .refused(let problem): return submission.complete(.failure(problem))
            case .duplicate(let bases): return addDuplicate(bases, of: submission)
            }
        }
        if let problem = makeRoom(for: frame.stride) ?? ledger.admit(frame.operations) {
            submission.complete(.failure(problem))
            return
        }
        let bases = frame.complete(
            at: position, tag: active?.tag ?? 0, syncedBefore: synced, timestamp: now,
            leaderEpoch: Self.leaderEpoch
        ) { ledger.assign($0, count: $1) }
        if frame.hasProducers { producers.take(frame.operations) }
        position = position.advanced(by: frame.stride)
        pending.append(
            Pending(
                submission: submission,
                receipt: AppendReceipt(baseOffsets: bases, position: position),
                operations: frame.operations, batchByteCount: frame.batchByteCount))
        buffers.append(frame.bytes)
    }

    /// Answers a retry with the group: what it repeats may not be durable yet.
    private func addDuplicate(_ bases: [RecordOffset], of submission: Submission) {
        pending.append(
            Pending(
                submission: submission,
                receipt: AppendReceipt(baseOffsets: bases, position: position, isDuplicate: true),
                operations: [], batchByteCount: 0))
    }

    /// The state as it is now, without producers that have expired; no group is being built.
    private func capture() -> StateCapture {
        let now = shared.clock.wallMilliseconds
        let (capture, remaining) = shared.withState { state in
            state.removeExpiredProducers(at: now)
            return (StateCapture(state), ProducerLedger(state))
        }
        producers = remaining
        return capture
    }

    /// Sees to it that a frame fits into the active file: opens the first, or begins the next.
    private func makeRoom(for stride: Int) -> AppendError? {
        if let problem = removeHalfMade() { return problem }
        guard let active else { return begin(at: position, holding: stride) }
        let end = active.filePosition(of: position) + Int64(stride)
        let isEmpty = position == active.start
        if end <= shared.options.commitFileByteCount || isEmpty {
            return reserve(max(end, shared.options.commitFileByteCount), in: active)
        }
        // The next file says by being there that this one is durable.
        if let problem = flush(durability: .fsync) { return problem }
        return begin(at: position, holding: stride)
    }

    /// Begins a new file, unless the active one is still empty.
    private func roll() -> AppendError? {
        guard let active, position > active.start else { return nil }
        return removeHalfMade() ?? begin(at: position, holding: 0)
    }

    /// Creates a file: header and reserved space are durable before the first frame is written.
    private func begin(at start: LogPosition, holding stride: Int) -> AppendError? {
        let path = shared.layout.commitFile(start)
        let header = FileHeader(.commit, base: start.rawValue)
        let length = max(
            shared.options.commitFileByteCount, Int64(FileHeader.At.end) + Int64(stride))
        do throws(IOError) {
            let next = try CommitFileMaker(shared: shared).make(at: start, byteCount: length)
            if let active { end(active, at: start, with: header) }
            shared.withState { $0.files.append(next) }
            active = next
            reserved = length
            return nil
        } catch {
            halfMade = path
            _ = removeHalfMade()
            return Self.refused(error)
        }
    }

    /// Writes behind the last frame of a file that the log goes on in another one, now that this
    /// one is durable, and gives back the reserved space.
    ///
    /// So a next file that somebody removes is missed. What fails here a recovery does without.
    private func end(_ file: CommitFile, at position: LogPosition, with header: FileHeader) {
        let end = file.filePosition(of: position)
        try? file.file.write(header.bytes.rawSpan, at: end)
        try? file.file.truncate(to: end + Int64(FileHeader.At.end))
    }

    /// Sees to it that no file is left that was begun in vain.
    ///
    /// By its name it would tell a later opening that the file before it ends there, and frames
    /// that went into that file since would be taken for none.
    private func removeHalfMade() -> AppendError? {
        guard let path = halfMade else { return nil }
        do throws(IOError) {
            if try shared.fileSystem.status(of: path) != nil {
                try shared.fileSystem.remove(path)
            }
            try shared.fileSystem.synchronizeDirectory(shared.layout.commit)
            halfMade = nil
            return nil
        } catch {
            return Self.refused(error)
        }
    }

    /// Reserves space in a file that was opened again, or for a frame longer than a file.
    private func reserve(_ length: Int64, in active: CommitFile) -> AppendError? {
        if let reserved, reserved >= length { return nil }
        do throws(IOError) {
            try active.file.preallocate(length)
            reserved = length
            return nil
        } catch {
            return Self.refused(error)
        }
    }

    // MARK: Writing a group

    /// Writes the group, makes it durable if anybody asked for that, shows and answers it.
    ///
    /// - Returns: what went wrong; the group's submissions have then been told.
    private func flush(durability: Durability) -> AppendError? {
        let needsSync =
            durability == .fsync || pending.contains { $0.submission.durability == .fsync }
        do throws(IOError) {
            try writeGroup()
        } catch {
            return undoGroup(after: error)
        }
        if needsSync, synced < position, let active {
            do throws(IOError) {
                try active.file.synchronizeData()
            } catch {
                // Never again on this descriptor: see ``File``.
                return poison(.poisoned(error))
            }
            synced = position
            publish(synchronized: true)
        } else {
            publish(synchronized: false)
        }
        return nil
    }

    /// Makes everything before durable.
    ///
    /// If the group cannot be written for want of space, its submissions hear of that and what was
    /// there before it is made durable.
    private func settle() -> AppendError? {
        guard flush(durability: .fsync) != nil else { return nil }
        return failure ?? flush(durability: .fsync)
    }

    private func writeGroup() throws(IOError) {
        guard !buffers.isEmpty, let active else { return }
        // So that recovery can tell the end from a torn frame; the next group is written over it.
        if active.isRenewed { buffers.append(terminator(of: active)) }
        try active.file.write(pieces: buffers, at: active.filePosition(of: groupStart))
    }

    /// Zeros for the place of the next frame's header, as far as there is reserved space.
    private func terminator(of file: CommitFile) -> [UInt8] {
        let room = (reserved ?? 0) - file.filePosition(of: position)
        return [UInt8](repeating: 0, count: Int(min(max(0, room), Int64(FrameHeader.At.end))))
    }

    /// A write failed: takes the group back, so that nothing of it can ever be read.
    ///
    /// The bytes that did reach the file would be whole frames behind the next, shorter group; a
    /// later recovery would take them for real.
    private func undoGroup(after error: IOError) -> AppendError {
        guard error.failure.isOutOfSpace, let active else { return poison(.poisoned(error)) }
        do throws(IOError) {
            try active.file.truncate(to: active.filePosition(of: groupStart))
            try active.file.synchronize()
        } catch {
            return poison(.poisoned(error))
        }
        reserved = nil
        position = groupStart
        (ledger, producers) = shared.withState { (OffsetLedger($0), ProducerLedger($0)) }
        let problem = AppendError.noSpace(error)
        answerPending { _ in .failure(problem) }
        return problem
    }

    private func poison(_ problem: AppendError) -> AppendError {
        failure = problem
        shared.withState { $0.refusal = problem }
        answerPending { _ in .failure(problem) }
        return problem
    }

    private func publish(synchronized: Bool) {
        guard !pending.isEmpty || synchronized else { return }
        let end = position
        let group = pending
        let frames = group.reduce(0) { $0 + ($1.receipt.isDuplicate ? 0 : 1) }
        shared.withState { state in
            for frame in group { for operation in frame.operations { state.apply(operation) } }
            state.end = end
            state.statistics.frames += Int64(frames)
            state.statistics.batchBytes += group.reduce(0) { $0 + Int64($1.batchByteCount) }
            state.statistics.frameBytes += end.rawValue - groupStart.rawValue
            state.statistics.groups += frames == 0 ? 0 : 1
            state.statistics.synchronizations += synchronized ? 1 : 0
        }
        groupStart = position
        if frames > 0 { shared.announce(end) }
        tellObserver(of: group)
        answerPending { .success($0) }
    }

    private func tellObserver(of group: [Pending]) {
        guard let observer = shared.options.appendObserver else { return }
        var grown: [PartitionID] = []
        for frame in group {
            for case .batches(let partition, _, _) in frame.operations { grown.append(partition) }
        }
        if !grown.isEmpty { observer.partitionsGrew(grown) }
    }

    private func answerPending(_ answer: (AppendReceipt) -> Result<AppendReceipt, AppendError>) {
        let group = pending
        pending.removeAll(keepingCapacity: true)
        buffers.removeAll(keepingCapacity: true)
        for frame in group { frame.submission.complete(answer(frame.receipt)) }
    }

    private static func refused(_ error: IOError) -> AppendError {
        error.failure.isOutOfSpace ? .noSpace(error) : .unavailable(error)
    }
}
