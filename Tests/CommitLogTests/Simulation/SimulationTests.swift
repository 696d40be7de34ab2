import Platform
import Testing

@testable import CommitLog

@Suite("Simulated lives of a log")
struct SimulationTests {
    /// Steps of one seed: enough for several files, sealings and ends.
    static let stepsOfLife = 400
    /// Steps in all, about a minute of a debug build on two cores.
    static let stepsUsual = 60_000

    private static func number(_ name: String) -> UInt64? {
        ProcessEnvironment.value(of: name).flatMap(UInt64.init)
    }

    /// They have found bytes that a failed fsync had dropped and a restart took for durable, a file
    /// whose name was not durable and got frames, and a file that was needed and removed because
    /// the next one had a name, but no header yet, and a segment that was replaced by one of its name
    /// before the removal of its partition was durable.
    ///
    /// What a seed stands for changes when a simulated life learns to do more.
    @Test("Lives in which something went wrong once", arguments: [1, 2, 13, 92, 5185] as [UInt64])
    func again(seed: UInt64) {
        #expect(LogSimulation(seed: seed).live(Self.stepsOfLife) == nil)
    }

    @Test("Whatever order things happen in and whatever fails, the log is what the model is")
    func lives() {
        if let seed = Self.number("SIMULATION_SEED") {
            let problem = LogSimulation(seed: seed).live(Self.stepsOfLife)
            #expect(problem == nil)
            return
        }
        let steps = Self.number("SIMULATION_STEPS").map(Int.init) ?? Self.stepsUsual
        let start = SystemClock().monotonic
        var (taken, seed) = (0, Self.number("SIMULATION_FIRST_SEED") ?? 1)
        var counts: [String: Int] = [:]
        var failed: [UInt64] = []
        while taken < steps, failed.count < 5 {
            let simulation = LogSimulation(seed: seed)
            if let problem = simulation.live(Self.stepsOfLife) {
                failed.append(seed)
                Issue.record("\(problem)")
            }
            taken += simulation.steps
            seed += 1
            counts.merge(simulation.counts) { $0 + $1 }
        }
        let seconds = Double(start.duration(to: SystemClock().monotonic).wholeNanoseconds) / 1e9
        print("simulation: \(seed - 1) seeds, \(taken) steps, \(Int(Double(taken) / seconds))/s")
        print(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
    }
}
