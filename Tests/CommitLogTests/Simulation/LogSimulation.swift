import Platform
import Records
import SystemPackage

@testable import CommitLog

/// One simulated life of a log: clients, writer, maintenance, readers, disk and clock in an order
/// that a seed decides, compared with ``SimulationModel`` after each step.
///
/// Nothing runs beside it: what another thread could do during a call of the file system happens
/// in what is interposed before that call.
final class LogSimulation: @unchecked Sendable {
    // SAFETY (of @unchecked): everything, what is interposed included, runs on the test's thread.

    enum Activity: String { case writing, maintaining, reading, opening, closing }
    /// How the machine or the process ends, when the countdown of calls has run out.
    enum Fate {
        case kill
        case power(CrashOutcome)
        /// In the middle of the call.
        case fault(Fault)
    }
    /// What another future would find: the disk and the model at the moment of a kill.
    struct Ending {
        let disk: SimulatedFileSystem
        let model: SimulationModel
        let keepsWritten: Bool
    }
    enum Weather { case clear, flaky, full }

    let seed: UInt64
    var random: SeededGenerator
    let options: LogOptions
    let clock = ManualClock()
    var disk = SimulatedFileSystem()
    var log: CommitLog?
    var model = SimulationModel()
    var run: MaintenanceRun?
    /// Faults when the run began.
    var faultsAtRun = 0
    /// Times that the disk was full when the run began.
    var fullsAtRun = 0

    /// Answers that the model has not yet seen, by the life of the log that gave them.
    let answers = Monitor<[(life: Int, number: Int, Result<AppendReceipt, AppendError>)]>([])
    var life = 0
    var frameNumber = 0
    var frameTextNumber = 0
    var activities: [Activity] = []
    var weather = Weather.clear
    var weatherLeft = 0
    var fate: (Fate, countdown: Int)?
    var ending: Ending?
    /// Faults that were injected and may be noticed.
    var faults = 0
    var faultsAtStep = 0
    var faultsAtOpen = 0
    /// What the opening that goes on may rely on, see ``Ending``.
    var openingKeepsWritten = true
    /// A write was cut short, and its rest finds no space.
    var restFails = false
    var wasFull = false
    /// Times that the disk became full.
    var fulls = 0

    private(set) var steps = 0
    private(set) var problem: String?
    private(set) var counts: [String: Int] = [:]
    private var trace: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        var options = LogOptions()
        options.sealsInBackground = false
        options.commitFileByteCount = [400, 900, 2_500].randomElement(using: &random) ?? 900
        options.segmentByteCountMax = [300, 500, 4_000].randomElement(using: &random) ?? 500
        options.blockByteCount = [60, 150, 1_000].randomElement(using: &random) ?? 150
        self.options = options
    }

    /// Runs until something is wrong or so many steps are taken; what is wrong, or nil.
    func live(_ stepCount: Int) -> String? {
        watch()
        open(keepsWritten: true)
        while problem == nil, steps < stepCount {
            steps += 1
            faultsAtStep = faults
            takeStep()
            afterStep()
        }
        end()
        return problem.map { text in
            "seed \(seed), step \(steps): \(text)\nThe last steps:\n  "
                + trace.joined(separator: "\n  ")
                + "\nAgain: SIMULATION_SEED=\(seed) swift test --filter SimulationTests"
        }
    }

    private func takeStep() {
        switch pick(1_000) {
        case 0..<300: submit()
        case 300..<560: write()
        case 560..<760: maintain()
        case 760..<880: note("read") { reads() }
        case 880..<900: note("look at everything") { compareAll() }
        case 900..<930: changeWeather()
        case 930..<950: changeTime()
        case 950..<965: closeAndOpen()
        default: arm()
        }
    }

    private func afterStep() {
        takeAnswers()
        checkEnds()
        if ending != nil || disk.hasLostPower { restart() }
        wasFull = weather == .full
        if weatherLeft > 0 {
            weatherLeft -= 1
            if weatherLeft == 0 { clearUp() }
        }
    }

    /// The last opening: everything that was acknowledged is there, and every byte is whole.
    private func end() {
        guard problem == nil else { return }
        clearUp()
        fate = nil
        close()
        guard problem == nil else { return }
        open(keepsWritten: true)
        guard problem == nil, let log else { return }
        try? log.close()
        disk.interpose(nil)
        do {
            let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
            if !report.isWhole { fail("verify: \(report.damage)") }
        } catch {
            fail("verify: \(error)")
        }
    }

    // MARK: Helpers

    func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    func fail(_ text: String) {
        if problem == nil { problem = text }
    }

    func note(_ text: String, _ body: () -> Void = {}) {
        let inside =
            activities.isEmpty ? "" : "(\(activities.map(\.rawValue).joined(separator: ", "))) "
        trace.append("\(steps): \(inside)\(text)")
        if trace.count > 40 { trace.removeFirst(10) }
        let kind = text.prefix { $0 != ":" }
        counts[String(kind), default: 0] += 1
        body()
    }
}
