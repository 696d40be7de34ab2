import CommitLog
import Platform

/// One life of the log, from opening to fault: what was attempted, and what the log answered.
struct TortureLife {
    /// What the log answered to a frame; a frame without an answer may be there or not.
    enum Outcome {
        case acknowledged(position: Int64, bases: [Int64])
        case refused
        case unknown
    }
    /// Topics that are removed and created before the producers begin.
    struct Prologue {
        var removed: PartitionID?
        var created: [PartitionID] = []

        var frame: FrameContent {
            var entries: [FrameEntry] = []
            if let removed { entries.append(.removePartition(removed)) }
            for id in created {
                entries.append(.createPartition(id, topic: Self.topic(id), index: 0))
            }
            return FrameContent(entries)
        }

        static func topic(_ id: PartitionID) -> String { "t\(id.rawValue)" }
    }
    /// Partitions that are written to.
    static let partitionCount = 4
    /// The prologue's place among producers.
    static let prologueThread = 255

    let number: Int
    let seed: UInt64
    let prologue: Prologue?
    /// Those that the producers write to.
    let partitions: [PartitionID]
    var outcomes: [TortureFrameID: Outcome] = [:]

    var prologueID: TortureFrameID {
        TortureFrameID(life: number, thread: Self.prologueThread, sequence: 0)
    }

    /// Plans a life of a log that holds what the ledger says.
    init(_ number: Int, of ledger: TortureLedger, seed: UInt64) {
        self.number = number
        self.seed = seed
        var generator = SeededGenerator(seed: seed ^ UInt64(number) << 20)
        var live = ledger.partitions.keys.sorted()
        var prologue = Prologue()
        if live.count == Self.partitionCount, Int.random(in: 0..<4, using: &generator) == 0 {
            prologue.removed = live.remove(at: Int.random(in: 0..<live.count, using: &generator))
        }
        var next = ledger.nextPartitionID
        while live.count < Self.partitionCount {
            let id = PartitionID(rawValue: next)
            prologue.created.append(id)
            live.append(id)
            next += 1
        }
        self.prologue = prologue.created.isEmpty ? nil : prologue
        partitions = live
    }

    /// A life without a change: only what was there before is compared.
    init(reading number: Int, seed: UInt64) {
        self.number = number
        self.seed = seed
        prologue = nil
        partitions = []
    }

    func plan(_ id: TortureFrameID) -> TorturePlan {
        TorturePlan(id, seed: seed, slots: max(1, partitions.count))
    }

    var acknowledgedCount: Int {
        outcomes.values.count { if case .acknowledged = $0 { true } else { false } }
    }

    /// Notes for each of the producers that its next frame may have been written, without an answer.
    mutating func noteUnanswered(threads: Int) {
        var next: [Int: Int] = [:]
        for id in outcomes.keys { next[id.thread] = max(next[id.thread] ?? 0, id.sequence + 1) }
        for thread in 0..<threads {
            outcomes[
                TortureFrameID(
                    life: number, thread: thread, sequence: next[thread] ?? 0)] = .unknown
        }
        if prologue != nil, outcomes[prologueID] == nil { outcomes[prologueID] = .unknown }
    }
}
