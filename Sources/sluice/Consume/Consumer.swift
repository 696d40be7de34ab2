import Broker
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records

/// Reads the records of a topic or subscription, in order within each partition, and hands those that
/// pass the filters to a writer: up to the end that the topic had when reading began, up to another
/// end before it, or on and on.
struct Consumer {
    /// What a run came to.
    struct Outcome {
        var delivered: Int64 = 0
        var deliveredByteCount: Int64 = 0
        var passedOver = PassedOver()
        /// One for each filter, the subscription's first.
        var counts: [FilterCounts] = []
        /// Records that a subscription's policy moved aside.
        var deadLetters: Int64 = 0
        /// Batches that were passed over because their records cannot be read.
        var unreadable: Int64 = 0
        /// What is wrong with the first of them.
        var unreadableReason: String?
        var wasStopped = false
    }

    /// A record at which a subscription with the policy `fail` stops.
    struct Stop: Error, CustomStringConvertible {
        let stream: String
        let partition: Int32
        let offset: Int64
        let error: EvaluationError

        var description: String {
            "\(stream), partition \(partition), offset \(offset) cannot be evaluated (\(error)), and "
                + "the subscription's policy is to fail. Change it with: sluice subscription alter "
                + "\(stream) --on-error drop"
        }
    }

    /// Bytes asked of the log in one read.
    private static let readByteCount = 512 << 10
    /// Bytes read between two saves of a group's positions: what is read again after a kill.
    private static let saveByteCount = 16 << 20

    private let selection: ReadSelection
    private let source: any TopicReading
    private let broker: any BrokerAccess
    private let group: String?
    /// Records that the subscription's policy moves aside, since the last save; nil if they are
    /// only counted.
    private var deadLetters: DeadLetters?
    private let limit: Int64
    /// The partitions that are not yet read to their end.
    private var rest: [Int32]
    /// By partition: the first offset that is not read any more, if there is one.
    private var ends: [Int32: Int64] = [:]
    private let follows: Bool
    /// Where the group goes on, as far as records were handed over since the last save.
    private var unsaved: [Int32: RecordOffset] = [:]
    /// Where reading went on after the last save, of partitions that were read since.
    private var savedEnds: [Int32: RecordOffset] = [:]
    /// By the subscription's versions: what was counted up to the last save.
    private var savedCounts: [Int32: FilterCounts] = [:]
    /// Bytes read since the last save.
    private var unsavedByteCount = 0
    private(set) var outcome = Outcome()

    /// Opens what is selected; reading begins with ``run(write:flush:)``.
    ///
    /// - Parameters:
    ///   - broker: where it is.
    ///   - selection: which records.
    ///   - range: where reading begins, if the group has no position, and where it ends.
    ///   - follows: whether reading goes on at the topic's end.
    ///   - partition: the only one to be read; nil for all.
    ///   - group: whose positions are saved, and count more than the range's start.
    ///   - limit: most records that are delivered.
    ///   - usesIndex: whether what cannot be selected may be passed over unread.
    /// - Throws: if topic or partition is not there, or a time cannot be searched.
    init(
        _ broker: any BrokerAccess, _ selection: ReadSelection, from range: ReadRange,
        follows: Bool = false, partition: Int32?, group: String?, limit: Int64?,
        usesIndex: Bool = true
    ) throws {
        self.broker = broker
        self.selection = selection
        source = try broker.openSource(
            topic: selection.topic.name, end: follows ? .never : .current,
            selector: usesIndex ? selection.selector : nil)
        self.follows = follows
        if let end = range.end {
            // Where each partition ends is where reading from there would begin.
            try end.seek(source, of: selection.topic)
            for partition in selection.topic.partitions {
                let position = source.position(of: TopicPosition.split(partition.index))
                ends[partition.index] = TopicPosition.decode(position)?.rawValue
            }
        }
        try range.start.seek(source, of: selection.topic)
        rest = selection.topic.partitions.map(\.index)
        if let partition {
            guard rest.contains(partition) else {
                throw BrokerError.unknownPartition(
                    topic: selection.topic.name, partition: partition, count: Int32(rest.count))
            }
            rest = [partition]
        }
        self.group = group
        if let group {
            for (index, position) in try broker.groupPositions(group, stream: selection.stream) {
                try source.seek(partition: index, to: position.offset)
            }
            deadLetters = DeadLetters()
        } else {
            deadLetters = nil
        }
        self.limit = limit ?? .max
    }

    /// Reads to the end, the limit or a stop signal.
    ///
    /// `write` takes the selected records of a partition; `flush` makes what was written arrive,
    /// before the group's positions are saved.
    mutating func run(
        write: (_ block: borrowing RecordBlock, Selection, _ partition: Int32) throws -> Void,
        flush: () throws -> Void
    ) throws {
        defer { source.close() }
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        while !rest.isEmpty, outcome.delivered < limit {
            var isIdle = true
            for index in rest where outcome.delivered < limit {
                if StopSignals.received != nil {
                    outcome.wasStopped = true
                    return try save(flush)
                }
                let split = TopicPosition.split(index)
                if savedEnds[index] == nil { savedEnds[index] = position(of: index) }
                let status = try source.read(
                    split, into: &buffer, rejected: &rejected, byteCountMax: Self.readByteCount)
                outcome.unreadable += Int64(rejected.count)
                outcome.unreadableReason = outcome.unreadableReason ?? rejected.first?.reason
                rejected.removeAll()
                outcome.passedOver = source.passedOver
                guard status == .records else {
                    noteRead(index)
                    if status != .idle { rest.removeAll { $0 == index } }
                    continue
                }
                isIdle = false
                do {
                    try deliver(buffer.block, of: index, write)
                } catch let stop as Stop {
                    try save(flush)
                    throw stop
                }
                unsavedByteCount += buffer.bytes.count
                if unsavedByteCount >= Self.saveByteCount { try save(flush) }
            }
            guard isIdle, follows else { continue }
            try save(flush)
            if !source.waitForInput() { return }
        }
        try save(flush)
    }

    private mutating func deliver(
        _ block: borrowing RecordBlock, of partition: Int32,
        _ write: (_ block: borrowing RecordBlock, Selection, _ partition: Int32) throws -> Void
    ) throws {
        let stream = RecordStream(topic: selection.topic.name, partition: partition)
        let selector = selection.selector
        let end = ends[partition] ?? .max
        let rowCount = Self.rowCount(of: block, before: end)
        var selected = Selection(all: rowCount)
        let result = try selector.select(
            from: block, of: stream, now: SystemClock().wallMilliseconds,
            limit: limit - outcome.delivered, selection: &selected)
        outcome.counts =
            (selection.subscription == nil ? [] : [selector.subscriptionCounts])
            + selector.conditionCounts
        outcome.deadLetters += Int64(result.deadLetters.count)
        deadLetters?.append(block, result.deadLetters, of: partition)
        for row in selected.rows {
            outcome.deliveredByteCount += Int64(max(0, block.rows[Int(row)].valueCount))
        }
        try write(block, selected, partition)
        outcome.delivered += Int64(selected.count)
        if result.rowEnd >= rowCount {
            noteRead(partition)
            if position(of: partition).rawValue >= end { rest.removeAll { $0 == partition } }
            return
        }
        let next = block.rows[result.rowEnd].offset
        unsaved[partition] = RecordOffset(rawValue: next)
        if let failure = result.failure {
            throw Stop(
                stream: selection.stream, partition: partition, offset: next, error: failure.error)
        }
    }

    /// All up to where the source goes on was handed over or passed over, but for what lies behind the
    /// end, which is another's.
    private mutating func noteRead(_ partition: Int32) {
        let next = min(position(of: partition), RecordOffset(rawValue: ends[partition] ?? .max))
        guard let start = savedEnds[partition], next > start else { return }
        unsaved[partition] = next
    }

    /// How many of the rows, whose offsets ascend, lie before an offset.
    private static func rowCount(of block: borrowing RecordBlock, before end: Int64) -> Int {
        var count = block.count
        while count > 0, block.rows[count - 1].offset >= end { count -= 1 }
        return count
    }

    /// Where the source goes on.
    private func position(of partition: Int32) -> RecordOffset {
        let position = source.position(of: TopicPosition.split(partition))
        guard let offset = TopicPosition.decode(position) else {
            preconditionFailure("a topic's position is an offset")
        }
        return offset
    }

    /// Hands over what was written, then saves the group's positions: at least once.
    private mutating func save(_ flush: () throws -> Void) throws {
        try flush()
        unsavedByteCount = 0
        guard let group, !unsaved.isEmpty else { return }
        try settle()
        let counts = selection.selector.versionCounts
        try broker.saveGroupPositions(
            group, stream: selection.stream, unsaved,
            counts: source.isCounted
                ? [:]
                : counts.reduce(into: [:]) {
                    $0[$1.key] = $1.value - (savedCounts[$1.key] ?? FilterCounts())
                })
        savedCounts = counts
        unsaved.removeAll()
    }

    /// Moves aside what is to be, each record once, however often it is read and by whom.
    private mutating func settle() throws {
        guard let letters = deadLetters else { return }
        var ranges: [Int32: Range<RecordOffset>] = [:]
        for (partition, end) in unsaved {
            guard let start = savedEnds[partition], start < end else { continue }
            ranges[partition] = start..<end
            savedEnds[partition] = end
        }
        try broker.settle(
            letters, of: selection.stream, reading: selection.selector.reading, ranges)
        deadLetters = DeadLetters()
    }
}
