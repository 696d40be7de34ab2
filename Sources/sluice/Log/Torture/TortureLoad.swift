import CommitLog
import Platform
import Records
import Synchronization

/// Producers that append frames, and now and then seal and take checkpoints, until the log refuses
/// or they are told to stop.
final class TortureLoad: Sendable {
    typealias Report = @Sendable (TortureFrameID, TortureLife.Outcome) -> Void

    /// Files so small that every life rolls, seals and takes checkpoints.
    static func options(threads: Int) -> LogOptions {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        options.segmentByteCountMax = 128 << 10
        options.blockByteCount = 8 << 10
        options.sealsInBackground = threads > 1
        return options
    }
    /// Refusals after which a producer gives up.
    private static let refusalCountMax = 3

    private let log: CommitLog
    private let life: TortureLife
    private let report: Report
    private let isStopped = Atomic(false)
    private let isPoisoned = Atomic(false)

    init(_ log: CommitLog, _ life: TortureLife, report: @escaping Report) {
        self.log = log
        self.life = life
        self.report = report
    }

    func stop() { isStopped.store(true, ordering: .releasing) }

    /// Whether the log has said that it takes no more frames until it is opened again.
    var wasPoisoned: Bool { isPoisoned.load(ordering: .acquiring) }

    /// Removes and creates topics.
    ///
    /// - Returns: whether the producers may begin.
    func begin() -> Bool {
        guard let prologue = life.prologue else { return true }
        return append(prologue.frame, as: life.prologueID, durability: .fsync)
    }

    /// Runs producers, each for `frames` frames from number `first` on, and waits for them.
    func run(threads: Int, from first: Int = 0, frames: Int) {
        let others = (1..<max(1, threads)).compactMap { thread in
            WorkerThread(name: "sluice-torture") { self.produce(thread, from: first, frames) }
        }
        produce(0, from: first, frames)
        for other in others { other.join() }
    }

    private func produce(_ thread: Int, from first: Int, _ frames: Int) {
        var refusals = 0
        var sequence = first
        while sequence < first + frames, refusals < Self.refusalCountMax,
            !isStopped.load(ordering: .acquiring)
        {
            let id = TortureFrameID(life: life.number, thread: thread, sequence: sequence)
            let plan = life.plan(id)
            if !append(plan.frame(life.partitions), as: id, durability: plan.durability) {
                refusals += 1
            }
            if thread == 0 { maintain(sequence) }
            sequence += 1
        }
    }

    private func append(
        _ frame: FrameContent, as id: TortureFrameID, durability: Durability
    ) -> Bool {
        do throws(AppendError) {
            let receipt = try log.append(frame, durability: durability)
            report(
                id,
                .acknowledged(
                    position: receipt.position.rawValue,
                    bases: receipt.baseOffsets.map(\.rawValue)))
            return true
        } catch {
            report(id, error.retry == .afterBackoff ? .refused : .unknown)
            if case .poisoned = error { isPoisoned.store(true, ordering: .releasing) }
            if error.retry != .afterBackoff { stop() }
            return false
        }
    }

    /// What fails here is tried again by the next sealing, or the log is poisoned and says so.
    private func maintain(_ sequence: Int) {
        switch sequence % 29 {
        case 11: try? log.checkpoint()
        case 23: try? log.sealNow()
        default: break
        }
    }
}
