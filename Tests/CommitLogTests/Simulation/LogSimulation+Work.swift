import Platform
import Records
import SystemPackage

@testable import CommitLog

extension LogSimulation {
    // MARK: Clients

    func submit() {
        guard let log, model.waiting.count < 12 else { return }
        frameNumber += 1
        let frame = SimulationModel.Frame(
            number: frameNumber, changes: changes(),
            durability: pick(3) == 0 ? .os : .fsync)
        note("submit: frame \(frame.number), \(frame.durability), \(Self.summary(frame.changes))")
        model.submitted(frame)
        let (life, number) = (life, frameNumber)
        do throws(AppendError) {
            try log.submit(FrameContent(frame.changes.map(\.entry)), durability: frame.durability) {
                [answers] answer in
                answers.withLock { $0.append((life, number, answer)) }
            }
        } catch {
            // Refused without having waited: the log is poisoned, perhaps by what no frame shared.
            let wrong = model.refused(number, with: error, excuse: faults > faultsAtOpen)
            if let wrong { fail(wrong) }
        }
    }

    private static func summary(_ changes: [SimulationModel.Change]) -> String {
        changes.map { change in
            switch change {
            case .records(let id, let records): "\(records.count) records to \(id)"
            case .put(let table, let key, _): "put \(table) \(key)"
            case .remove(let table, let key): "remove \(table) \(key)"
            case .removePrefix(let table, let key): "remove prefix \(table) \(key)"
            case .create(let id, let topic, let index): "create \(id) \(topic)/\(index)"
            case .drop(let id): "drop \(id)"
            case .cut(let id, let offset): "cut \(id) before \(offset)"
            }
        }.joined(separator: ", ")
    }

    private func changes() -> [SimulationModel.Change] {
        var state = model.projected
        var changes: [SimulationModel.Change] = []
        for _ in 0..<(1 + pick(3)) {
            let change = change(state)
            changes.append(change)
            _ = state.apply(.init(number: 0, changes: [change], durability: .os))
        }
        return changes
    }

    private func change(_ state: SimulationModel.State) -> SimulationModel.Change {
        let live = state.partitions.keys.sorted()
        switch pick(40) {
        case 0..<24:
            guard let id = live.randomElement(using: &random) else { return creation(state) }
            return .records(id, records())
        case 24..<30: return .put(UInt8(1 + pick(2)), key(), Array(text().utf8))
        case 30, 31: return .remove(1, key())
        case 32: return .removePrefix(1, Array(key().prefix(1)))
        case 33..<36: return live.count < 4 ? creation(state) : .records(live[0], records())
        case 36:
            guard let id = live.randomElement(using: &random) else { return creation(state) }
            return .cut(id, pick((state.partitions[id]?.records.count ?? 0) + 2))
        case 37:
            guard live.count > 2, let id = live.randomElement(using: &random) else {
                return .put(3, [0], [1])
            }
            return .drop(id)
        case 38: return .drop(UInt32(pick(30)))  // Usually there is none.
        default: return .create(UInt32(pick(4)), topic: "t", index: Int32(pick(3)))
        }
    }

    private func creation(_ state: SimulationModel.State) -> SimulationModel.Change {
        // Names come back, identities do not.
        let index = Int32(pick(5))
        return .create(
            state.nextID + UInt32(pick(2)), topic: pick(3) == 0 ? "u" : "t", index: index)
    }

    private func records() -> [SimulationModel.Record] {
        let start = clock.wallMilliseconds - Int64(pick(40))
        return (0..<(1 + pick(4))).map { .init(value: text(), time: start + Int64($0)) }
    }

    private func text() -> String {
        frameTextNumber += 1
        // Often of one length: what is left of a refused group may fit behind another frame.
        let count = pick(50) == 0 ? pick(3_000) : pick(2) == 0 ? 30 : pick(90)
        return "\(frameTextNumber) " + String(repeating: "v", count: count)
    }

    private func key() -> [UInt8] { (0..<pick(4)).map { _ in UInt8(pick(3)) } }

    // MARK: Writer and maintenance

    func write() {
        guard let log, !activities.contains(.writing) else { return }
        let count = pick(3) == 0 ? 1 + pick(4) : .max
        note("write: \(count == .max ? "all" : "\(count)") of \(model.waiting.count)")
        during(.writing) { _ = log.driver.writeGroup(atMost: count) }
    }

    func maintain() {
        guard let log, !activities.contains(.maintaining) else { return }
        during(.maintaining) {
            guard var run else {
                guard pick(3) == 0 else { return }
                let some = (0..<(1 + pick(3))).map { _ in PartitionID(rawValue: UInt32(pick(12))) }
                let kinds: [MaintenanceRun.Kind] = [
                    .seal(includingActive: true), .seal(includingActive: false), .checkpoint,
                    .sealPartitions(some),
                ]
                let kind = kinds[pick(kinds.count)]
                note("maintain: begin \(kind)")
                self.run = log.driver.maintenance.begin(kind)
                faultsAtRun = faults
                fullsAtRun = weather == .full ? fulls - 1 : fulls
                return
            }
            self.run = nil
            note("maintain: step")
            do throws(MaintenanceError) {
                let progress = try log.driver.maintenance.step(&run)
                if progress != .finished { self.run = run }
                if progress == .finished { note("maintain: finished") }
            } catch {
                takeAnswers()
                check(error)
            }
        }
    }

    private func check(_ error: MaintenanceError) {
        note("maintain: failed, \(error)")
        let hasFailed = faults > faultsAtRun || model.isPoisoned || isOver
        let wasFull = fulls > fullsAtRun || self.wasFull
        let isExcused: Bool
        switch error {
        case .append(let error):
            isExcused = hasFailed || wasFull && error.retry == .afterBackoff
        case .inputOutput(let error):
            isExcused = hasFailed || wasFull && error.failure.isOutOfSpace
        case .damaged: isExcused = false
        case .closed: isExcused = activities.contains(.closing)
        }
        if !isExcused { fail("maintenance: \(error)") }
    }

    func during(_ activity: Activity, _ body: () -> Void) {
        activities.append(activity)
        body()
        activities.removeLast()
    }

    /// Gives the model the answers that came.
    func takeAnswers() {
        let new = answers.withLock { answers in
            defer { answers.removeAll() }
            return answers
        }
        for (life, number, answer) in new where life == self.life {
            let wrong: String?
            switch answer {
            case .success(let receipt):
                note("acknowledged: frame \(number), \(receipt.position)")
                wrong = model.answered(number, with: receipt)
            case .failure(let error):
                note("refused: frame \(number), \(error)")
                let isFull = weather == .full || wasFull
                let excuse =
                    faults > faultsAtStep || isOver || isFull && error.retry == .afterBackoff
                wrong = model.refused(number, with: error, excuse: excuse)
            }
            if let wrong { fail(wrong) }
        }
    }
}
