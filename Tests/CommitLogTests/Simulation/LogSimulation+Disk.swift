import Platform
import SystemPackage

@testable import CommitLog

extension LogSimulation {
    /// Whether the machine or the process has come to its end in this step.
    var isOver: Bool { ending != nil || disk.hasLostPower }

    // MARK: What happens before a call of the file system

    func watch() {
        disk.interpose { [weak self] operation, path in self?.before(operation, path) }
    }

    private func before(_ operation: IOOperation, _ path: FilePath) {
        guard !isOver, let activity = activities.last else { return }
        takeAnswers()
        if let (fate, countdown) = fate {
            self.fate = (fate, countdown - 1)
            if countdown <= 1 { return meet(fate) }
        }
        if activities.count < 3, pick(60) == 0, activity != .opening, activity != .closing {
            interleave()
        }
        if restFails, operation == .write {
            note("fault: no space for the rest")
            disk.inject(.fail(.noSpace), atCall: disk.callCount + 1)
            faults += 1
            restFails = false
            return
        }
        restFails = false
        if weather == .flaky, pick(12) == 0 { strike(operation, path) }
    }

    /// What other threads do meanwhile.
    private func interleave() {
        switch pick(8) {
        case 0: submit()
        case 1, 2: write()
        case 3, 4: maintain()
        default: reads()
        }
    }

    private func strike(_ operation: IOOperation, _ path: FilePath) {
        let errors: [Errno] = [
            .ioError, .noSpace, .diskQuotaExceeded, .tooManyOpenFiles, .readOnlyFileSystem,
            .interrupted, .interrupted,
        ]
        let fault: Fault
        switch (operation, pick(3)) {
        case (.read, 0), (.write, 0), (.write, 1):
            fault = .short(bytes: 1 + pick(pick(2) == 0 ? 100 : 1_000))
            restFails = operation == .write && pick(2) == 0
        case (.close, _): return
        default: fault = .fail(errors[pick(errors.count)])
        }
        note("fault: \(fault) at \(operation) \(path.string)")
        disk.inject(fault, atCall: disk.callCount + 1)
        switch fault {
        case .fail(.interrupted), .short: break  // Nobody may notice.
        default: faults += 1
        }
    }

    // MARK: Weather and time

    func changeWeather() {
        clearUp()
        weather = [.flaky, .flaky, .full][pick(3)]
        weatherLeft = 3 + pick(25)
        note("weather: \(weather)")
        guard weather == .full else { return }
        fulls += 1
        disk.setCapacity(disk.usedByteCount + pick(700))
    }

    func clearUp() {
        weather = .clear
        weatherLeft = 0
        disk.setCapacity(.max)
        note("weather: clear")
    }

    func changeTime() {
        let hour: Int64 = 3_600_000
        let now = clock.wallMilliseconds
        switch pick(4) {
        case 0: clock.stepWall(toMilliseconds: now + Int64(pick(30)) * hour)
        case 1: clock.stepWall(toMilliseconds: now - Int64(pick(30)) * hour)
        default: clock.advance(by: .milliseconds(pick(5_000)))
        }
        note("time: \(clock.wallMilliseconds)")
    }

    // MARK: Ends

    /// Decides that soon, in the middle of something, process or machine ends.
    func arm() {
        guard fate == nil else { return }
        let outcomes: [CrashOutcome] = [
            .unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: random.next()),
        ]
        let fates: [Fate] = [
            .kill, .power(outcomes[pick(3)]), .power(outcomes[2]), .fault(.powerLoss),
            .fault(.tear(afterBytes: pick(200))),
        ]
        fate = (fates[pick(fates.count)], 1 + pick(30))
    }

    private func meet(_ fate: Fate) {
        note("end: \(fate)")
        self.fate = nil
        switch fate {
        case .kill:
            // An opening that is cut off has not found out what a power failure before it took.
            let keepsWritten = activities.contains(.opening) ? openingKeepsWritten : true
            ending = Ending(disk: disk.copy(), model: model, keepsWritten: keepsWritten)
        case .power(let outcome):
            ending = Ending(disk: disk.crash(outcome), model: model, keepsWritten: false)
        case .fault(let fault): disk.inject(fault, atCall: disk.callCount + 1)
        }
    }

    /// The machine starts again.
    func restart() {
        takeAnswers()
        let ending =
            ending
            ?? Ending(
                disk: disk.crash(.unsyncedMixed(seed: random.next())), model: model,
                keepsWritten: false)
        self.ending = nil
        disk.interpose(nil)
        life += 1
        run = nil
        try? log?.close()
        log = nil
        (disk, model) = (ending.disk, ending.model)
        clearUp()
        watch()
        open(keepsWritten: ending.keepsWritten)
    }

    func closeAndOpen() {
        close()
        guard problem == nil, !isOver else { return }
        if pick(2) == 0 {
            note("end: power cut after closing")
            let after = disk.crash(.unsyncedMixed(seed: random.next()))
            disk.interpose(nil)
            disk = after
            clearUp()
            watch()
            open(keepsWritten: false)
        } else {
            open(keepsWritten: true)
        }
    }

    func close() {
        guard let log else { return }
        note("close")
        run = nil
        during(.closing) {
            do throws(AppendError) {
                try log.close()
                takeAnswers()
                if !isOver { model.allIsDurable() }
            } catch {
                takeAnswers()
                let isFull = (weather == .full || wasFull) && error.retry == .afterBackoff
                if faults == faultsAtStep, !model.isPoisoned, !isOver, !isFull {
                    fail("closing: \(error)")
                }
            }
        }
        if isOver { return }
        self.log = nil
        life += 1
    }

    func open(keepsWritten: Bool) {
        note("open")
        faultsAtStep = faults
        faultsAtOpen = faults
        openingKeepsWritten = keepsWritten
        during(.opening) {
            while !isOver {
                do throws(OpenError) {
                    log = try CommitLog.open(
                        "/data", disk, clock, options, startsThreads: false)
                    break
                } catch {
                    note("open: \(error)")
                    let isFull = weather == .full && "\(error)".contains("no space")
                    guard faults > faultsAtStep || isFull || isOver else {
                        return fail("opening: \(error)")
                    }
                    if !isOver { clearUp() }
                }
            }
        }
        guard !isOver, problem == nil, let log else { return }
        guard log.recovery.damage.isEmpty else {
            return fail("opening found damage: \(log.recovery.damage)")
        }
        // While it is compared nothing else happens.
        let found = foundState()
        guard problem == nil else { return }
        let before = model
        if !model.reopened(found, end: log.end, keepsWritten: keepsWritten) {
            fail(
                "found \(found.summary), durable \(before.durable.summary), visible "
                    + "\(before.visible.summary), projected \(before.projected.summary), written "
                    + "\(before.written.map(\.number)), doubtful \(before.doubtful.map(\.number)), "
                    + "waiting \(before.waiting.map(\.number))")
        }
    }
}
