import CommitLog
import Records
import Testing

@testable import Broker

/// What an event may come to, in words.
private struct Outcome: Equatable, CustomStringConvertible {
    let description: String

    init(_ body: () throws(TransactionError) -> TransactionStep) {
        do throws(TransactionError) {
            let step = try body()
            let next = step.next
            let ending = step.ending.map { " \($0.outcome)@\($0.producer.epoch)" } ?? ""
            description =
                step.isDone
                ? "done" : "\(next.phase) \(next.producer.id)@\(next.producer.epoch)\(ending)"
        } catch {
            description = "\(error)"
        }
    }
}

private let concurrent = TransactionError.concurrentTransactions.description
private let unmapped = TransactionError.invalidProducerIDMapping.description
private let invalid = TransactionError.invalidTransactionState.description
private let fenced = TransactionError.producerFenced.description

@Suite("A transactional id, event by event")
struct TransactionStateTests {
    private static let place = TopicPartition(topic: "t", partition: 0)
    private static let partition = PartitionID(rawValue: 4)
    private static let me = ProducerIdentity(id: 9, epoch: 3)

    /// An id in each state that it can be in.
    private enum Start: String, CaseIterable {
        case new, empty, ongoing, growing, ending, committed, aborted, forgotten
    }

    private static func state(_ start: Start, epoch: Int16 = 3) throws -> TransactionState {
        guard start != .new else { return TransactionState() }
        let producer = ProducerIdentity(id: 9, epoch: epoch)
        var record = TransactionRecord(producer: producer, timeout: 100, now: 1_000)
        record.phase =
            switch start {
            case .new, .empty, .forgotten: .empty
            case .ongoing, .growing, .ending: .ongoing
            case .committed: .committed
            case .aborted: .aborted
            }
        if record.phase == .ongoing {
            record.partitions = [partition: place]
            record.groups = ["g"]
        }
        var state = TransactionState(record)
        switch start {
        case .growing: state.begin(TransactionStep(next: record))
        case .ending: state.begin(try state.end(.commit, by: producer, now: 1_010))
        case .forgotten: state.forget()
        case .new, .empty, .ongoing, .committed, .aborted: break
        }
        return state
    }

    /// Every event in every state; `*` stands for the states that are not named.
    @Test("Every event in every state leads where Kafka's coordinator leads, or is refused")
    func table() throws {
        typealias Event = (TransactionState) throws(TransactionError) -> TransactionStep
        let events: [(name: String, event: Event, expected: [Start: String], others: String)] = [
            (
                "a producer begins",
                { state throws(TransactionError) in
                    try state.initialization(expected: nil, timeout: 5, identity: 70, now: 1_050)
                },
                [
                    .new: "empty 70@0", .empty: "empty 9@4", .committed: "empty 9@4",
                    .aborted: "empty 9@4", .ongoing: "empty 9@4 abort@4",
                ], concurrent
            ),
            (
                "a partition is added",
                { state throws(TransactionError) in
                    try state.addition(
                        of: [PartitionID(rawValue: 5): Self.place], by: Self.me, now: 1_050)
                },
                [
                    .new: unmapped, .empty: "ongoing 9@3", .ongoing: "ongoing 9@3",
                    .committed: "ongoing 9@3", .aborted: "ongoing 9@3",
                ], concurrent
            ),
            (
                "a partition is added again",
                { state throws(TransactionError) in
                    try state.addition(of: [Self.partition: Self.place], by: Self.me, now: 1_050)
                },
                [
                    .new: unmapped, .empty: "ongoing 9@3", .ongoing: "done",
                    .committed: "ongoing 9@3", .aborted: "ongoing 9@3",
                ], concurrent
            ),
            (
                "a group is added",
                { state throws(TransactionError) in
                    try state.addition(ofGroup: "h", by: Self.me, now: 1_050)
                },
                [
                    .new: unmapped, .empty: "ongoing 9@3", .ongoing: "ongoing 9@3",
                    .committed: "ongoing 9@3", .aborted: "ongoing 9@3",
                ], concurrent
            ),
            (
                "positions are to be committed",
                { state throws(TransactionError) in
                    try state.offsets(of: "g", byteCount: 1, by: Self.me)
                },
                [
                    .new: unmapped, .ongoing: "ongoing 9@3", .growing: "ongoing 9@3",
                    .empty: invalid, .committed: invalid, .aborted: invalid,
                ], concurrent
            ),
            (
                "positions of another group are to be committed",
                { state throws(TransactionError) in
                    try state.offsets(of: "h", byteCount: 1, by: Self.me)
                },
                [
                    .new: unmapped, .ongoing: invalid, .empty: invalid, .committed: invalid,
                    .aborted: invalid,
                ], concurrent
            ),
            (
                "commit",
                { state throws(TransactionError) in
                    try state.end(.commit, by: Self.me, now: 1_050)
                },
                [
                    .new: unmapped, .ongoing: "committed 9@3 commit@3", .empty: invalid,
                    .committed: "done", .aborted: invalid,
                ], concurrent
            ),
            (
                "abort",
                { state throws(TransactionError) in
                    try state.end(.abort, by: Self.me, now: 1_050)
                },
                [
                    .new: unmapped, .ongoing: "aborted 9@3 abort@3", .empty: invalid,
                    .committed: invalid, .aborted: "done",
                ], concurrent
            ),
        ]
        for (name, event, expected, others) in events {
            for start in Start.allCases {
                let state = try Self.state(start)
                let found = Outcome { () throws(TransactionError) in try event(state) }
                #expect(found.description == expected[start] ?? others, "\(name), \(start)")
            }
        }
    }

    @Test("Whoever has another identity or epoch is refused in every state, and changes nothing")
    func strangers() throws {
        for start in Start.allCases where start != .new {
            let state = try Self.state(start)
            for (producer, error) in [
                (ProducerIdentity(id: 8, epoch: 3), unmapped),
                (ProducerIdentity(id: 9, epoch: 2), fenced),
                (ProducerIdentity(id: 9, epoch: 4), fenced),
            ] {
                let outcomes = [
                    Outcome { () throws(TransactionError) in
                        try state.end(.commit, by: producer, now: 0)
                    },
                    Outcome { () throws(TransactionError) in
                        try state.addition(ofGroup: "g", by: producer, now: 0)
                    },
                    Outcome { () throws(TransactionError) in
                        try state.addition(of: [:], by: producer, now: 0)
                    },
                    Outcome { () throws(TransactionError) in
                        try state.offsets(of: "g", byteCount: 0, by: producer)
                    },
                ]
                #expect(outcomes.allSatisfy { $0.description == error }, "\(start), \(producer)")
            }
        }
    }

    @Test("A batch is let in by its own producer, while the transaction is open, to its partitions")
    func batches() throws {
        for start in Start.allCases {
            let state = try Self.state(start)
            let expected: ProduceError? =
                switch start {
                case .ongoing, .growing: nil
                case .ending: .concurrentTransactions(producerID: 9)
                default: .invalidTransactionState(producerID: 9)
                }
            #expect(state.refusal(of: Self.me, to: Self.partition) == expected, "\(start)")
        }
        let state = try Self.state(.ongoing)
        #expect(
            state.refusal(of: Self.me, to: PartitionID(rawValue: 5))
                == .invalidTransactionState(producerID: 9))
        for epoch in [2, 4] as [Int16] {
            #expect(
                state.refusal(of: ProducerIdentity(id: 9, epoch: epoch), to: Self.partition)
                    == .invalidProducerEpoch(producerID: 9, epoch: epoch, current: 3))
        }
    }

    @Test("A producer that goes on after an error gets the next epoch once; others are fenced")
    func expected() throws {
        func begin(_ state: TransactionState, _ expected: ProducerIdentity) -> Outcome {
            Outcome { () throws(TransactionError) in
                try state.initialization(expected: expected, timeout: 1, identity: 70, now: 0)
            }
        }
        var state = try Self.state(.aborted)
        #expect(begin(state, Self.me).description == "empty 9@4")
        let step = try state.initialization(expected: Self.me, timeout: 1, identity: nil, now: 0)
        state.begin(step)
        state.take(step)
        #expect(begin(state, Self.me).description == "done", "the same request, sent again")
        #expect(begin(state, ProducerIdentity(id: 9, epoch: 4)).description == "empty 9@5")
        for other in [ProducerIdentity(id: 9, epoch: 2), ProducerIdentity(id: 8, epoch: 4)] {
            #expect(begin(state, other).description == fenced)
        }
        // A new producer has come between: the old one's request is not answered again.
        let next = try state.initialization(expected: nil, timeout: 1, identity: nil, now: 0)
        state.begin(next)
        state.take(next)
        #expect(begin(state, ProducerIdentity(id: 9, epoch: 4)).description == fenced)
        #expect(
            begin(try Self.state(.ongoing), ProducerIdentity(id: 9, epoch: 2)).description
                == fenced)
        #expect(begin(try Self.state(.ongoing), Self.me).description == "empty 9@4 abort@4")
    }

    @Test("When the epochs are used up the id gets a new identity, and the old one stays fenced")
    func exhaustion() throws {
        for (epoch, start, expected) in [
            (Int16.max - 2, Start.empty, "empty 9@32766"),
            (.max - 1, .empty, "empty 70@0"), (.max, .aborted, "empty 70@0"),
            (.max - 2, .ongoing, "empty 9@32766 abort@32766"),
            (.max - 1, .ongoing, "empty 70@0 abort@32767"),
        ] {
            let state = try Self.state(start, epoch: epoch)
            let found = Outcome { () throws(TransactionError) in
                try state.initialization(expected: nil, timeout: 1, identity: 70, now: 0)
            }
            #expect(found.description == expected, "\(epoch) \(start)")
            #expect(state.needsIdentity == expected.hasPrefix("empty 70"))
        }
        // A retry of the request that brought the new identity.
        var state = try Self.state(.empty, epoch: .max - 1)
        let before = ProducerIdentity(id: 9, epoch: .max - 1)
        let step = try state.initialization(expected: before, timeout: 1, identity: 70, now: 0)
        state.begin(step)
        state.take(step)
        let again = try state.initialization(expected: before, timeout: 1, identity: 71, now: 0)
        #expect(again.isDone && again.next.producer.id == 70)
    }

    @Test("A transaction times out at its time, with the next epoch; others never do")
    func timeout() throws {
        for start in Start.allCases {
            let state = try Self.state(start)
            #expect(state.timeout(at: 1_099) == nil)
            let step = state.timeout(at: 1_100)
            #expect((step != nil) == (start == .ongoing), "\(start)")
            guard let step else { continue }
            #expect(step.next.phase == .aborted && step.next.producer.epoch == 4)
            #expect(step.ending?.producer.epoch == 4 && step.ending?.outcome == .abort)
        }
        #expect(try Self.state(.ongoing).timeout(at: .min) == nil, "clocks may say anything")
        let last = try Self.state(.ongoing, epoch: .max - 1)
        #expect(last.timeout(at: 2_000)?.next.producer.epoch == .max)
    }

    @Test("An id that was not used for its time is forgotten, one in use is not")
    func expiry() throws {
        let limit = BrokerLimits.transactionalIDExpiryMilliseconds
        for start in Start.allCases {
            let state = try Self.state(start)
            let isIdle = [.empty, .committed, .aborted].contains(start)
            #expect(state.isExpired(at: 1_000 + limit - 1) == (start == .new), "\(start)")
            for delta in [0, 1] as [Int64] {
                #expect(
                    state.isExpired(at: 1_000 + limit + delta) == (isIdle || start == .new),
                    "\(start)")
            }
        }
    }

    @Test("Partitions, groups and bytes of positions have limits: one below, at, one above")
    func limits() throws {
        let state = try Self.state(.empty)
        for delta in -1...1 {
            let count = BrokerLimits.transactionPartitionCountMax + delta
            let partitions = Dictionary(
                uniqueKeysWithValues: (0..<count).map {
                    (PartitionID(rawValue: UInt32($0)), Self.place)
                })
            let found = Outcome { () throws(TransactionError) in
                try state.addition(of: partitions, by: Self.me, now: 0)
            }
            #expect(found.description.hasPrefix("ongoing") == (delta <= 0))
            let bytes = Outcome { () throws(TransactionError) in
                try Self.state(inOngoing: BrokerLimits.transactionOffsetByteCountMax - 5)
                    .offsets(of: "g", byteCount: 5 + delta, by: Self.me)
            }
            #expect(bytes.description.hasPrefix("ongoing") == (delta <= 0))
        }
        var groups = state
        for number in 0..<BrokerLimits.transactionGroupCountMax {
            let step = try groups.addition(ofGroup: "g\(number)", by: Self.me, now: 0)
            groups.begin(step)
            groups.take(step)
        }
        #expect(throws: TransactionError.self) {
            try groups.addition(ofGroup: "one more", by: Self.me, now: 0)
        }
    }

    private static func state(inOngoing offsetByteCount: Int) throws(TransactionError)
        -> TransactionState
    {
        guard let state = try? state(.ongoing), let record = state.record else {
            throw .invalidTransactionState
        }
        return TransactionState(record, offsetByteCount: offsetByteCount)
    }

    @Test("A stored id is read back; every cut of its bytes is refused")
    func codec() throws {
        var record = TransactionRecord(producer: Self.me, timeout: 7, now: -5)
        record.previous = ProducerIdentity(id: 1, epoch: 2)
        record.phase = .ongoing
        record.startedAt = 3
        record.partitions = [
            Self.partition: Self.place,
            PartitionID(rawValue: 9): TopicPartition(topic: "other", partition: 77),
        ]
        record.groups = ["a", "b"]
        let bytes = record.encoded()
        #expect(TransactionRecord(decoding: bytes) == record)
        for count in bytes.indices {
            #expect(TransactionRecord(decoding: Array(bytes[..<count])) == nil)
        }
        for position in bytes.indices {
            var flipped = bytes
            flipped[position] ^= 0xFF
            _ = TransactionRecord(decoding: flipped)
        }
        let plain = TransactionRecord(producer: Self.me, timeout: 7, now: 5)
        #expect(TransactionRecord(decoding: plain.encoded()) == plain)
    }
}
