import Broker
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records

/// Reads the records of a topic or subscription, in order within each partition, up to the end that
/// the topic had when reading began, and hands those that pass the filters to a writer.
struct Consumer {
    /// What a run came to.
    struct Outcome {
        var delivered: Int64 = 0
        var deliveredByteCount: Int64 = 0
        var passedOver = PassedOver()
        /// One for each filter, in their order.
        var reports: [FilterReport] = []
        /// Records that a subscription's policy moved aside.
        var deadLetters: Int64 = 0
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
    private let source: TopicSource
    private let group: GroupProgress?
    private let deadLetters: DeadLetterWriter?
    private let limit: Int64
    private var filters: [SubscriptionFilter]
    /// The partitions that are not yet read to their end.
    private var rest: [Int32]
    /// Where the group goes on, as far as records were handed over since the last save.
    private var unsaved: [SplitName: SourcePosition] = [:]
    /// Bytes read since the last save.
    private var unsavedByteCount = 0
    private(set) var outcome = Outcome()

    /// `partition` is nil for all; `group` saves positions, and its saved ones count more than
    /// `start`; `usesIndex` says whether blocks may be passed over by their summaries.
    init(
        _ broker: Broker, _ selection: ReadSelection, from start: StartPosition, partition: Int32?,
        group: String?, limit: Int64?, usesIndex: Bool = true
    ) throws {
        self.selection = selection
        source = try TopicSource(
            broker, topic: selection.topic.name, end: .current,
            filters: usesIndex ? selection.filters : [])
        try start.seek(source, of: selection.topic)
        rest = selection.topic.partitions.map(\.index)
        if let partition {
            guard rest.contains(partition) else {
                throw BrokerError.unknownPartition(
                    topic: selection.topic.name, partition: partition, count: Int32(rest.count))
            }
            rest = [partition]
        }
        self.group = group.map { GroupProgress(broker, group: $0, stream: selection.stream) }
        if let group {
            for (index, position) in try broker.groupPositions(group, stream: selection.stream) {
                try source.seek(partition: index, to: position.offset)
            }
            deadLetters = DeadLetterWriter(broker, stream: selection.stream)
        } else {
            deadLetters = nil
        }
        filters = selection.filters
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
            for index in rest where outcome.delivered < limit {
                if StopSignals.received != nil {
                    outcome.wasStopped = true
                    return try save(flush)
                }
                let split = TopicPosition.split(index)
                let status = try source.read(
                    split, into: &buffer, rejected: &rejected, byteCountMax: Self.readByteCount)
                outcome.passedOver = source.passedOver
                guard status == .records else {
                    // What was passed over up to the end counts as read.
                    if outcome.passedOver.blocks > 0 { unsaved[split] = source.position(of: split) }
                    rest.removeAll { $0 == index }
                    continue
                }
                do {
                    try deliver(buffer.block, of: index, write)
                } catch let stop as Stop {
                    try save(flush)
                    throw stop
                }
                unsavedByteCount += buffer.bytes.count
                if unsavedByteCount >= Self.saveByteCount { try save(flush) }
            }
        }
        try save(flush)
    }

    private mutating func deliver(
        _ block: borrowing RecordBlock, of partition: Int32,
        _ write: (_ block: borrowing RecordBlock, Selection, _ partition: Int32) throws -> Void
    ) throws {
        let split = TopicPosition.split(partition)
        let stream = RecordStream(topic: selection.topic.name, partition: partition)
        let now = SystemClock().wallMilliseconds
        var selected = Selection(all: block.count)
        var failure: ErrorRow?
        for index in filters.indices {
            let result = filters[index].select(
                from: block, of: stream, now: now, selection: &selected)
            outcome.deadLetters += Int64(result.deadLetters.count)
            try deadLetters?.append(block, result.deadLetters, of: partition)
            failure = failure ?? result.failure
        }
        outcome.reports = filters.map(\.report)
        let isCut = Int64(selected.count) > limit - outcome.delivered
        if isCut {
            var left = limit - outcome.delivered
            selected.keep { _ in
                left -= 1
                return left >= 0
            }
        }
        for row in selected.rows {
            outcome.deliveredByteCount += Int64(max(0, block.rows[Int(row)].valueCount))
        }
        try write(block, selected, partition)
        outcome.delivered += Int64(selected.count)
        if isCut || outcome.delivered == limit, let last = selected.rows.last {
            unsaved[split] = TopicPosition.encode(
                RecordOffset(rawValue: block.rows[Int(last)].offset + 1))
        } else if let failure {
            let offset = block.rows[Int(failure.row)].offset
            unsaved[split] = TopicPosition.encode(RecordOffset(rawValue: offset))
            throw Stop(
                stream: selection.stream, partition: partition, offset: offset,
                error: failure.error)
        } else {
            unsaved[split] = source.position(of: split)
        }
    }

    /// Hands over what was written, then saves the group's positions: at least once.
    private mutating func save(_ flush: () throws -> Void) throws {
        try flush()
        unsavedByteCount = 0
        guard let group, !unsaved.isEmpty else { return }
        try deadLetters?.commit()
        try group.save(positions: unsaved, state: [])
        unsaved.removeAll()
    }
}
