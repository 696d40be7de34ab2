import Bytes
import Platform
import Records
import SystemPackage

@testable import CommitLog

extension LogSimulation {
    typealias State = SimulationModel.State

    /// One look of a reader, whatever happens meanwhile.
    func reads() {
        guard log != nil, !isOver else { return }
        during(.reading) {
            switch pick(6) {
            case 0: lookUpTime()
            case 1: comparePartitions()
            case 2: compareTables()
            default: readSome()
            }
        }
    }

    // MARK: Records

    private func readSome() {
        let before = model.visible
        guard let log, let id = before.partitions.keys.sorted().randomElement(using: &random)
        else { return }
        let known = before.partitions[id]?.records ?? []
        let offset = Int64(pick(known.count + 2))
        let faultsBefore = faults
        var bytes: [UInt8] = []
        do throws(ReadError) {
            let result = try log.read(
                PartitionID(rawValue: id), from: RecordOffset(rawValue: offset),
                maximumBytes: pick(2_500), into: &bytes)
            takeAnswers()
            // Records may have come while it was read; none can have gone.
            let all = model.visible.partitions[id]?.records ?? known
            guard offset >= before.partitions[id]?.start ?? 0 else {
                return fail("partition \(id): offset \(offset) was removed, and is read")
            }
            check(result, bytes, from: offset, of: all, atLeast: known.count, partition: id)
        } catch {
            takeAnswers()
            let isGone = model.visible.partitions[id] == nil
            let startNow = model.visible.partitions[id]?.start ?? 0
            switch error {
            case .offsetOutOfRange where offset > known.count || offset < startNow: break
            case .unknownPartition where isGone: break
            case .inputOutput where faults > faultsBefore || isOver: break
            default: fail("reading \(id) from \(offset): \(error)")
            }
        }
    }

    private func check(
        _ result: ReadResult, _ bytes: [UInt8], from offset: Int64,
        of all: [SimulationModel.Record], atLeast count: Int, partition id: UInt32
    ) {
        let end = result.highWatermark.rawValue
        guard end >= count, end <= all.count else {
            return fail("partition \(id) ends at \(end), not at \(count) to \(all.count)")
        }
        guard let found = decode(result.batches, bytes) else { return }
        let wanted = found.filter { $0.offset >= offset }
        let isRight = wanted.enumerated().allSatisfy { index, item in
            item.offset == offset + Int64(index) && item.offset < all.count
                && item.record == all[Int(item.offset)]
        }
        guard isRight, offset >= end || !wanted.isEmpty else {
            return fail("partition \(id) from \(offset): \(wanted), expected of \(all)")
        }
        let next = max(offset, wanted.last.map { $0.offset + 1 } ?? offset)
        if result.nextOffset.rawValue != next {
            fail("partition \(id) from \(offset): next is \(result.nextOffset), not \(next)")
        }
    }

    private func decode(
        _ ranges: [Range<Int>], _ bytes: [UInt8]
    ) -> [(offset: Int64, record: SimulationModel.Record)]? {
        var found: [(Int64, SimulationModel.Record)] = []
        for range in ranges {
            var buffer = RecordBuffer()
            do throws(BatchError) {
                try BatchReader().read(
                    bytes.rawSpan.slice(range.lowerBound, count: range.count), into: &buffer)
            } catch {
                fail("a batch that was read: \(error)")
                return nil
            }
            for row in 0..<buffer.rows.count {
                var value: [UInt8] = []
                if let stored = buffer.block.value(row) { value.append(copying: stored) }
                found.append(
                    (
                        buffer.rows[row].offset,
                        .init(
                            value: String(decoding: value, as: UTF8.self),
                            time: buffer.rows[row].timestamp)
                    ))
            }
        }
        return found
    }

    private func lookUpTime() {
        let before = model.visible
        guard let log, let id = before.partitions.keys.sorted().randomElement(using: &random)
        else { return }
        let known = before.partitions[id]?.records ?? []
        let near = known.randomElement(using: &random)?.time ?? clock.wallMilliseconds
        let time = near + Int64(pick(5) - 2)
        func first(_ partition: SimulationModel.Partition?) -> Int64? {
            guard let partition else { return nil }
            return partition.records[partition.start...].firstIndex { $0.time >= time }
                .map(Int64.init)
        }
        let faultsBefore = faults
        do throws(ReadError) {
            let found = try log.offset(PartitionID(rawValue: id), atOrAfter: time)
            takeAnswers()
            let was = before.partitions[id]
            let now = model.visible.partitions[id] ?? was
            guard found?.rawValue == first(was) || found?.rawValue == first(now) else {
                return fail("partition \(id) at \(time): \(String(describing: found)) of \(known)")
            }
        } catch {
            takeAnswers()
            let isGone = model.visible.partitions[id] == nil
            switch error {
            case .unknownPartition where isGone: break
            case .inputOutput where faults > faultsBefore || isOver: break
            default: fail("partition \(id) at \(time): \(error)")
            }
        }
    }

    // MARK: State

    /// After each step.
    func checkEnds() {
        guard let log, !isOver else { return }
        if log.end != model.end { fail("the log ends at \(log.end), not at \(model.end)") }
        for (id, partition) in model.visible.partitions {
            let bounds = log.bounds(PartitionID(rawValue: id))
            if bounds?.end.rawValue != Int64(partition.records.count)
                || bounds?.start.rawValue != Int64(partition.start)
            {
                fail("partition \(id): \(String(describing: bounds)), not \(partition)")
            }
        }
    }

    /// All ends belong to one log position.
    private func comparePartitions() {
        guard let log else { return }
        let found = log.partitions().map {
            "\($0.id.rawValue) \($0.topic)/\($0.index) \($0.end.rawValue)"
        }
        let expected = model.visible.partitions.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.topic)/\($0.value.index) \($0.value.records.count)"
        }
        if found != expected { fail("partitions \(found), expected \(expected)") }
    }

    private func compareTables() {
        guard let log else { return }
        for table in 1...3 as ClosedRange<UInt8> {
            let values = model.visible.tables[table] ?? [:]
            let found = log.entries(table: table)
            if Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.value) }) != values {
                fail("table \(table): \(found), expected \(values)")
            }
            guard let key = values.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).first
            else { continue }
            if log.value(table: table, key: key) != values[key] { fail("key \(key) of \(table)") }
        }
    }

    /// Compares everything with the model, nothing else happening.
    func compareAll() {
        guard log != nil, !isOver else { return }
        let found = foundState()
        if problem == nil, found.seen != model.visible.seen {
            fail("found \(found), expected \(model.visible)")
        }
    }

    /// Everything that a reader finds; called outside of activities, so without faults.
    func foundState() -> State {
        var state = State()
        guard let log else { return state }
        for partition in log.partitions() {
            let start = Int(partition.start.rawValue)
            let none = SimulationModel.Record(value: "", time: 0)
            var records = [SimulationModel.Record](repeating: none, count: start)
            while records.count < partition.end.rawValue {
                var bytes: [UInt8] = []
                do throws(ReadError) {
                    let result = try log.read(
                        partition.id, from: RecordOffset(rawValue: Int64(records.count)),
                        maximumBytes: 3_000, into: &bytes)
                    let found = decode(result.batches, bytes) ?? []
                    let new = found.filter { $0.offset >= records.count }
                    guard new.first?.offset == Int64(records.count) else {
                        fail("partition \(partition.id) has nothing at offset \(records.count)")
                        return state
                    }
                    records += new.map(\.record)
                } catch {
                    fail("reading \(partition.id) from \(records.count): \(error)")
                    return state
                }
            }
            state.partitions[partition.id.rawValue] = .init(
                topic: partition.topic, index: partition.index, start: start, records: records)
        }
        for table in 1...3 as ClosedRange<UInt8> {
            for entry in log.entries(table: table) {
                state.tables[table, default: [:]][entry.key] = entry.value
            }
        }
        state.nextID = log.nextPartitionID.rawValue
        return state
    }
}
