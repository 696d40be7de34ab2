import Platform
import Records
import SystemPackage

@testable import CommitLog

/// A script that goes through everything a log does, run until the disk fails; and the check of
/// what a disk must hold afterwards.
struct CrashScript {
    enum Step {
        case open
        case close
        case frame([LogModel.Change])
        case seal
        case checkpoint
    }
    static let directory: FilePath = "/data"
    static let tables: [UInt8] = [1, 2]

    static var options: LogOptions {
        var options = LogOptions()
        options.commitFileByteCount = 900
        options.segmentByteCountMax = 500
        options.blockByteCount = 150
        options.sealsInBackground = false
        return options
    }

    let steps: [Step]
    /// What was acknowledged, and the same with the frame that was being appended.
    private(set) var acknowledged = LogModel()
    private(set) var possible = LogModel()

    /// Appends to several partitions, seals, checkpoints, removes, opens again, goes on.
    static var complete: CrashScript {
        let long = String(repeating: "x", count: 120)
        var options = PartitionOptions(compressionLevel: 5)
        options.retentionMilliseconds = 1_000_000
        return CrashScript(steps: [
            .open,
            .frame([.create(0, topic: "orders", index: 0), .create(1, topic: "orders", index: 1)]),
            .frame([.records(0, ["a", "b"]), .put(1, [1], [1])]),
            .frame([.records(1, ["c"]), .records(0, [long]), .put(1, [2], [2])]),
            .frame([.records(0, ["d" + long]), .records(1, ["e" + long, "f"])]),
            .checkpoint,
            .frame([.remove(1, [1]), .put(2, [9, 9], [1, 2, 3]), .records(1, ["g"])]),
            .seal,
            .frame([.records(0, ["h"]), .records(1, ["i" + long])]),
            // One transaction over two partitions is committed, another one is aborted; sealing
            // stops before what is not decided.
            .frame([.transaction(0, 7, ["t", "u" + long]), .transaction(1, 7, ["v"])]),
            .frame([.transaction(0, 8, ["w" + long]), .records(0, ["x"])]),
            .seal,
            .close, .open,
            .frame([.end(0, 7, .commit), .end(1, 7, .commit), .put(1, [3], [3])]),
            .frame([.transaction(0, 8, ["y"])]),
            .frame([.end(0, 8, .abort)]),
            .seal,
            .frame([.create(2, topic: "late", index: 0), .records(2, ["j", long])]),
            .frame([.records(2, ["k" + long]), .records(0, ["l" + long]), .put(1, [2], [7])]),
            .seal,
            .frame([.drop(1), .removePrefix(2, [9]), .alter(0, options)]),
            .frame([.create(3, topic: "orders", index: 1), .records(3, ["m", "n"])]),
            .frame([.records(3, ["o" + long]), .records(0, ["p"])]),
            // Into a segment, and into the middle of a batch that is not sealed yet.
            .frame([.removeBefore(0, 3), .records(3, ["p", "q"]), .removeBefore(3, 4)]),
            .seal,
            .frame([.removeBefore(3, 5), .records(2, ["r"])]),
            .frame([.records(3, ["q"]), .put(2, [5], [])]),
            .close,
        ])
    }

    init(steps: [Step]) { self.steps = steps }

    /// Runs until something fails or the script ends.
    mutating func run(on disk: SimulatedFileSystem) {
        acknowledged = LogModel()
        possible = LogModel()
        var log: CommitLog?
        defer { try? log?.close() }
        do {
            for step in steps {
                switch step {
                case .open:
                    log = try CommitLog.open(
                        directory: Self.directory, fileSystem: disk, clock: ManualClock(),
                        options: Self.options)
                case .close:
                    try log?.close()
                    log = nil
                case .frame(let changes):
                    possible.apply(changes)
                    try log?.append(FrameContent(changes.map(\.entry)))
                    acknowledged = possible
                case .seal: try log?.sealNow()
                case .checkpoint: try log?.checkpoint()
                }
            }
        } catch {
            // The disk failed as it was told to.
        }
    }

    /// Opens what a disk holds and compares; nil if all is well.
    func problem(of disk: SimulatedFileSystem, goesOn: Bool = true) -> String? {
        do {
            let log = try CommitLog.open(
                directory: Self.directory, fileSystem: disk, clock: ManualClock(),
                options: Self.options)
            defer { try? log.close() }
            guard log.recovery.damage.isEmpty else {
                return "a crash passes for damage: \(log.recovery.damage)"
            }
            let found = try LogModel(reading: log, tables: Self.tables)
            guard found == acknowledged || found == possible else {
                return "found \(found), acknowledged \(acknowledged), possible \(possible)"
            }
            guard goesOn else { return nil }
            // The log must go on from here, not only show what it has.
            // What is found does not tell which transactions are open.
            var next = found == acknowledged ? acknowledged : possible
            let changes: [LogModel.Change] =
                [.put(1, [77], [1])] + next.partitions.keys.sorted().map { .records($0, ["z"]) }
            next.apply(changes)
            try log.append(FrameContent(changes.map(\.entry)))
            try log.sealNow()
            let after = try LogModel(reading: log, tables: Self.tables)
            return after == next ? nil : "going on: found \(after), expected \(next)"
        } catch {
            return "\(error)"
        }
    }
}
