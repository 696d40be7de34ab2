import Platform
import Records
import SystemPackage

@testable import CommitLog

/// A script of puts, tombstones, retention and compaction on one compacted partition, run until the
/// disk fails; and the check of what a disk must hold afterwards.
struct CleaningScript {
    enum Step {
        case open
        case close
        case frame([FrameEntry])
        case append([(key: String?, value: String?)])
        case seal
        case retain
        case compact
        /// As the background thread does for partitions with bounds.
        case sealWaiting
        case advance(Duration)
    }
    /// Bounds of the partition after a step, and how many records were appended until then.
    struct Mark: Equatable {
        var start: Int64 = 0
        var end: Int64 = 0
        var appended = 0
    }
    static let partition = FaultTests.partition

    let steps: [Step]
    /// After each step that ended well.
    private(set) var marks: [Mark] = []
    private let clock = ManualClock()

    static var complete: CleaningScript {
        let long = String(repeating: "x", count: 60)
        var options = PartitionOptions()
        options.cleanup = .compact
        options.deleteRetentionMilliseconds = 60_000
        var both = options
        both.cleanup = .compactAndDelete
        both.retentionByteCount = 300
        return CleaningScript(steps: [
            .open,
            .frame([
                .createPartition(partition, topic: "users", index: 0, options: options),
                .createPartition(PartitionID(rawValue: 1), topic: "other", index: 0),
            ]),
            .append([("a", "1" + long), ("b", "1" + long), ("a", "2" + long)]),
            .append([("c", "1" + long), ("b", nil), ("d", "1" + long)]),
            .seal,
            .append([("c", "2" + long), ("e", "1" + long)]),
            .compact,
            .append([("d", nil), ("a", "3" + long), (nil, "keyless" + long)]),
            .close, .open,
            .append([("f", "1" + long)]),
            .frame([.batches(PartitionID(rawValue: 1), TestBatches.batch(["other" + long]))]),
            .seal,
            .advance(.seconds(120)),
            .compact,
            .frame([.alterPartition(partition, both)]),
            .append([("g", "1" + long), ("a", "4" + long), ("f", "2" + long)]),
            .seal, .retain,
            .append([("h", "1" + long), ("h", "2" + long)]),
            .compact,
            .frame([.removeBefore(partition, offset: RecordOffset(rawValue: 15))]),
            .seal,
            .close,
        ])
    }

    /// Sealing out of the active file, and compacting what it gave, while the file goes on.
    static var early: CleaningScript {
        let long = String(repeating: "x", count: 60)
        var options = PartitionOptions()
        options.cleanup = .compact
        options.dirtyRatioMin = 0
        options.segmentMilliseconds = 1_000
        let rest = Step.advance(LogLimits.earlySealingInterval)
        return CleaningScript(steps: [
            .open,
            .frame([
                .createPartition(partition, topic: "users", index: 0, options: options),
                .createPartition(PartitionID(rawValue: 1), topic: "other", index: 0),
            ]),
            .append([("a", "1" + long), ("b", "1" + long), ("a", "2" + long)]),
            .frame([.batches(PartitionID(rawValue: 1), TestBatches.batch(["other" + long]))]),
            .sealWaiting, rest, .sealWaiting,
            .append([("c", "1" + long), ("b", nil)]),
            .sealWaiting, .append([("b", "2" + long)]), rest, .sealWaiting,
            .close, .open,
            .append([("c", "2" + long), ("d", "1" + long)]),
            .sealWaiting, rest, .sealWaiting,
            .append([("a", "3" + long)]),
            .seal,
            .append([("d", "2" + long), ("e", "1" + long)]),
            .sealWaiting, rest, .sealWaiting,
            .close,
        ])
    }

    init(steps: [Step]) { self.steps = steps }

    /// All records of the script, by their offsets.
    var records: [(key: String?, value: String?)] {
        steps.flatMap { step -> [(key: String?, value: String?)] in
            if case .append(let records) = step { records } else { [] }
        }
    }

    /// Runs until something fails or the script ends.
    mutating func run(on disk: SimulatedFileSystem) {
        marks = []
        var log: CommitLog?
        var appended = 0
        defer { try? log?.close() }
        do {
            for step in steps {
                switch step {
                case .open: log = try RetentionTests.open(disk, clock)
                case .close:
                    try log?.close()
                    log = nil
                case .frame(let entries): try log?.append(FrameContent(entries))
                case .append(let records):
                    try log?.append(.batches(Self.partition, TestBatches.batch(records)))
                    appended += records.count
                case .seal: try log?.sealNow()
                case .retain: try log?.enforceRetention()
                case .compact: try log?.compactNow([Self.partition])
                case .sealWaiting: try log?.driver.maintenance.sealWaiting()
                case .advance(let duration): clock.advance(by: duration)
                }
                var mark = marks.last ?? Mark()
                if let bounds = log?.bounds(Self.partition) {
                    (mark.start, mark.end) = (bounds.start.rawValue, bounds.end.rawValue)
                }
                mark.appended = appended
                marks.append(mark)
            }
        } catch {
            // The disk failed as it was told to.
        }
    }

    /// Opens what a disk holds and compares; nil if all is well.
    ///
    /// `whole` are the marks of a run that nothing disturbed.
    func problem(of disk: SimulatedFileSystem, whole: [Mark]) -> String? {
        do {
            let log = try RetentionTests.open(disk, clock)
            defer { try? log.close() }
            guard log.recovery.damage.isEmpty else {
                return "a crash passes for damage: \(log.recovery.damage)"
            }
            let before = marks.last ?? Mark()
            let after = marks.count < whole.count ? whole[marks.count] : before
            if let problem = try problem(of: log, before: before, after: after) { return problem }
            // The log must go on from here, not only show what it has.
            guard log.bounds(Self.partition) != nil else { return nil }
            try log.append(.batches(Self.partition, TestBatches.batch([("z", "last")])))
            try log.compactNow([Self.partition])
            let last = try TestBatches.records(of: Self.partition, in: log).last
            return last?.key == "z"
                ? nil : "going on: the last record is \(String(describing: last))"
        } catch {
            return "\(error)"
        }
    }

    private func problem(of log: CommitLog, before: Mark, after: Mark) throws -> String? {
        guard let bounds = log.bounds(Self.partition) else {
            return before.appended == 0 ? nil : "the partition is gone"
        }
        let (start, end) = (bounds.start.rawValue, bounds.end.rawValue)
        guard start >= before.start, start <= max(before.start, after.start),
            end == before.end || end == after.end
        else { return "bounds \(start)..<\(end), before \(before), after \(after)" }
        let all = records
        let found = try TestBatches.records(of: Self.partition, in: log, maximumBytes: 200)
        var offsets: Set<Int64> = []
        for record in found {
            let appended = all[Int(record.offset)]
            guard record.key == appended.key, record.isTombstone == (appended.value == nil),
                record.value == appended.value ?? "", offsets.insert(record.offset).inserted
            else { return "\(record) was not appended there" }
        }
        guard found.map(\.offset) == offsets.sorted() else { return "order: \(found)" }
        // The newest record of each key must be there, and what has no key; tombstones may be gone.
        var newest: [String: Int64] = [:]
        for offset in 0..<end where all[Int(offset)].key != nil {
            newest[all[Int(offset)].key ?? ""] = offset
        }
        for offset in start..<max(start, end) {
            let record = all[Int(offset)]
            let isNeeded = record.key.map { newest[$0] == offset && record.value != nil } ?? true
            if isNeeded, !offsets.contains(offset) { return "offset \(offset) is lost: \(found)" }
        }
        return nil
    }
}
