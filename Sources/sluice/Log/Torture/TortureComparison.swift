import Bytes
import CommitLog
import Records

/// Compares an open log with what it must hold.
///
/// What was acknowledged must be there at the offsets that were given; of what was not answered,
/// whole frames may be there; nothing else may be there at all.
struct TortureComparison {
    /// What may be missing.
    enum Allowance {
        /// Nothing that was acknowledged.
        case nothing
        /// Frames acknowledged before their fsync (`durability = os`), from some position on.
        case unsynchronized
        /// What damage that the log has named explains.
        case named
    }

    private let allowance: Allowance
    private let life: TortureLife
    private let log: CommitLog
    /// Becomes what the log holds, if nothing is found.
    private(set) var ledger: TortureLedger
    private(set) var findings: [TortureFinding] = []
    /// Records that were compared.
    private(set) var checked: Int64 = 0
    private var hasNamedDamage: Bool
    /// Records behind those of the ledger, by frame.
    private var tails: [TortureFrameID: [Place]] = [:]

    private struct Place {
        let partition: PartitionID
        let offset: Int64
        let record: TortureRecord
    }
    /// More findings of one comparison help nobody.
    private static let findingCountMax = 20

    init(_ log: CommitLog, _ ledger: TortureLedger, _ life: TortureLife, _ allowance: Allowance) {
        self.log = log
        self.ledger = ledger
        self.life = life
        self.allowance = allowance
        hasNamedDamage = !log.recovery.damage.isEmpty
    }

    mutating func run() {
        comparePartitions()
        for partition in log.partitions() where ledger.partitions[partition.id] != nil {
            compareRecords(of: partition)
        }
        compareFrames()
        compareState()
        if allowance != .named, let damage = log.recovery.damage.first {
            note(.misbehaved, "damage was named where nothing is damaged: \(damage)")
        }
        ledger.nextPartitionID = log.nextPartitionID.rawValue
    }

    private mutating func note(_ kind: TortureFinding.Kind, _ text: String) {
        guard findings.count < Self.findingCountMax else { return }
        findings.append(TortureFinding(kind: kind, text: text))
    }

    private var mayBeMissing: Bool { allowance == .named && hasNamedDamage }

    // MARK: Partitions

    private mutating func comparePartitions() {
        let found = Set(log.partitions().map(\.id))
        if let prologue = life.prologue {
            let created = Set(prologue.created)
            let isThere = !found.isDisjoint(with: created)
            if isThere {
                for id in created { ledger.partitions[id] = [] }
                if let removed = prologue.removed { ledger.partitions[removed] = nil }
            } else if case .acknowledged = life.outcomes[life.prologueID] {
                note(.lost, "the topics that \(life.prologueID) created")
            }
        }
        for id in found.subtracting(ledger.partitions.keys) {
            note(.invented, "\(id) was removed or never created")
        }
        for id in Set(ledger.partitions.keys).subtracting(found) {
            if !mayBeMissing { note(.lost, "\(id) with all its records") }
            ledger.partitions[id] = nil
        }
    }

    // MARK: Records

    private mutating func compareRecords(of partition: PartitionDescription) {
        let expected = ledger.partitions[partition.id] ?? []
        var next = partition.start
        var reached = partition.start.rawValue
        var bytes: [UInt8] = []
        var buffer = RecordBuffer()
        let reader = BatchReader()
        while next < partition.end {
            bytes.removeAll(keepingCapacity: true)
            do {
                let result = try log.read(
                    partition.id, from: next, maximumBytes: 1 << 20, into: &bytes)
                for range in result.batches {
                    let batch = bytes.rawSpan.slice(range.lowerBound, count: range.count)
                    try reader.read(batch, into: &buffer)
                    compare(buffer, with: expected, of: partition.id, from: &reached)
                }
                guard result.nextOffset > next else { break }
                next = result.nextOffset
            } catch let error as ReadError {
                guard let behind = behind(error, in: partition) else { return }
                next = behind
            } catch {
                note(.invented, "\(partition.id), offset \(next.rawValue): \(error)")
                return
            }
        }
        if reached < Int64(expected.count), !mayBeMissing {
            note(
                .lost,
                "\(partition.id), offsets \(reached) to \(expected.count - 1), acknowledged earlier"
            )
        }
    }

    /// Where reading goes on behind damage; nil if it cannot.
    private mutating func behind(
        _ error: ReadError, in partition: PartitionDescription
    ) -> RecordOffset? {
        switch error {
        case .damaged(_, let next):
            hasNamedDamage = true
            if allowance == .named { return next }
        default: break
        }
        note(.lost, "\(partition.id): \(error)")
        return nil
    }

    private mutating func compare(
        _ buffer: borrowing RecordBuffer, with expected: [TortureRecord], of id: PartitionID,
        from reached: inout Int64
    ) {
        for row in 0..<buffer.rows.count {
            let offset = buffer.rows[row].offset
            guard offset >= reached else { continue }
            if offset > reached, !mayBeMissing {
                note(.lost, "\(id), offsets \(reached) to \(offset - 1)")
            }
            reached = offset + 1
            checked += 1
            guard let value = buffer.block.value(row), let record = TortureRecord(parsing: value)
            else {
                note(.invented, "\(id), offset \(offset): not one bit pattern of ours")
                continue
            }
            guard offset < Int64(expected.count) else {
                tails[record.id, default: []].append(
                    Place(partition: id, offset: offset, record: record))
                continue
            }
            if record != expected[Int(offset)] {
                note(
                    .outOfOrder,
                    "\(id), offset \(offset): \(record.id), expected \(expected[Int(offset)].id)")
            }
        }
    }

    // MARK: Frames of this life

    private mutating func compareFrames() {
        for id in tails.keys where life.outcomes[id] == nil {
            note(.invented, "\(id) was never sent, or is of an earlier life")
        }
        var firstMissing: Int64?
        for (id, outcome) in life.outcomes.sorted(by: { $0.key < $1.key })
        where id.thread != TortureLife.prologueThread {
            if let places = tails[id] {
                compare(places, id, outcome)
            } else if case .acknowledged(let position, _) = outcome {
                let isLegal = allowance == .unsynchronized && life.plan(id).durability == .os
                firstMissing = min(firstMissing ?? .max, position)
                if !isLegal, !mayBeMissing { note(.lost, "\(id), acknowledged in this life") }
            }
        }
        checkPrefix(before: firstMissing)
        append()
    }

    private mutating func compare(
        _ places: [Place], _ id: TortureFrameID, _ outcome: TortureLife.Outcome
    ) {
        let plan = life.plan(id)
        let expectedCount = plan.batches.reduce(0) { $0 + $1.records.count }
        if Set(places.map(\.record)).count < places.count {
            note(.duplicated, "\(id): \(places.count) records, \(expectedCount) were sent")
        } else if places.count != expectedCount {
            note(.partial, "\(id): \(places.count) of \(expectedCount) records")
        }
        if case .refused = outcome { note(.invented, "\(id) was refused and is there") }
        for (index, batch) in plan.batches.enumerated() {
            let found = places.filter { Int($0.record.entry) == index }
            let first = found.first?.offset ?? 0
            for (place, record) in zip(found, batch.records) {
                let isRight =
                    place.record == record && place.partition == life.partitions[batch.slot]
                    && place.offset == first + Int64(record.record)
                if !isRight { note(.outOfOrder, "\(id), entry \(index), record \(record.record)") }
            }
            if case .acknowledged(_, let bases) = outcome, bases.count > index,
                bases[index] != first
            {
                note(.outOfOrder, "\(id) was given offset \(bases[index]) and is at \(first)")
            }
        }
    }

    /// What is lost of frames that nobody waited for is the end of the log, not a piece of it.
    private mutating func checkPrefix(before missing: Int64?) {
        guard let missing, allowance == .unsynchronized else { return }
        for (id, outcome) in life.outcomes {
            if case .acknowledged(let position, _) = outcome, position > missing,
                tails[id] != nil
            {
                note(.outOfOrder, "\(id) is there and a frame before it is not")
                return
            }
        }
    }

    /// The ledger becomes what the log holds, in the order of each producer.
    private mutating func append() {
        for (id, expected) in ledger.partitions {
            let places = tails.values.joined().filter { $0.partition == id }
                .sorted { $0.offset < $1.offset }
            var last: [Int: TortureFrameID] = [:]
            for place in places {
                let thread = place.record.id.thread
                if let before = last[thread], place.record.id < before {
                    note(.outOfOrder, "\(place.record.id) behind \(before)")
                }
                last[thread] = place.record.id
            }
            ledger.partitions[id] = expected + places.map(\.record)
        }
    }

    // MARK: State

    private mutating func compareState() {
        for id in tails.keys.sorted() where life.outcomes[id] != nil {
            life.plan(id).apply(to: &ledger.state)
        }
        var found: [[UInt8]: [UInt8]] = [:]
        for entry in log.entries(table: TorturePlan.table) { found[entry.key] = entry.value }
        for (key, value) in found where ledger.state[key] != value {
            let isOurs = TortureRecord(parsing: value.rawSpan) != nil
            if !isOurs || !mayBeMissing {
                note(isOurs ? .outOfOrder : .invented, "the value of key \(key) of the state")
            }
        }
        for key in ledger.state.keys where found[key] == nil && !mayBeMissing {
            note(.lost, "the value of key \(key) of the state")
        }
    }
}
