import Platform
import SystemPackage
import Testing

@testable import CommitLog

@Suite("A crash at every call")
struct CrashTests {
    private static func outcomes(_ seed: Int) -> [CrashOutcome] {
        [
            .unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: UInt64(seed)),
            .unsyncedMixed(seed: UInt64(seed) + 1_000_000),
        ]
    }

    /// Calls of the whole script.
    private static func callCount() -> Int {
        var script = CrashScript.complete
        let disk = SimulatedFileSystem()
        script.run(on: disk)
        #expect(script.acknowledged == script.possible, "the script must run to its end")
        #expect(script.problem(of: disk.crash(.unsyncedLost)) == nil)
        return disk.callCount
    }

    @Test("Power lost during any call: what was acknowledged is there, no frame is there in part")
    func everyCall() throws {
        let count = Self.callCount()
        var cases = 0
        for call in 1...count {
            let disk = SimulatedFileSystem()
            disk.inject(.powerLoss, atCall: call)
            var script = CrashScript.complete
            script.run(on: disk)
            for outcome in Self.outcomes(call) {
                cases += 1
                let problem = script.problem(of: disk.crash(outcome))
                #expect(
                    problem == nil,
                    "call \(call) of \(count), \(disk.callLog.last ?? ""), \(outcome)")
            }
        }
        print("crash at every call: \(count) calls, \(cases) crashes")
    }

    @Test("A write torn at any of several bytes leaves the frame out or in, never in part")
    func tornWrites() throws {
        let count = Self.callCount()
        var cases = 0
        for call in 1...count {
            for bytes in [1, 47, 48, 150, 400] {
                let disk = SimulatedFileSystem()
                disk.inject(.tear(afterBytes: bytes), atCall: call)
                var script = CrashScript.complete
                script.run(on: disk)
                // A tear of a call that writes nothing is the power loss of the other test.
                guard disk.callLog.last?.hasPrefix("write") ?? false else { break }
                cases += 1
                let problem = script.problem(of: disk.crash(.unsyncedKept))
                #expect(problem == nil, "call \(call) torn after \(bytes) bytes")
            }
        }
        print("torn writes: \(cases) cases")
    }

    @Test("Power lost during any call of a recovery changes nothing of what it finds")
    func recoveryCut() throws {
        let count = Self.callCount()
        var cases = 0
        for call in stride(from: 1, through: count, by: 5) {
            let disk = SimulatedFileSystem()
            disk.inject(.powerLoss, atCall: call)
            var script = CrashScript.complete
            script.run(on: disk)
            let outcome = Self.outcomes(call)[call % 4]
            let found = disk.crash(outcome)
            let calls = Self.recoveryCallCount(found.copy())
            for cut in 1...max(1, calls) {
                let again = found.copy()
                again.inject(.powerLoss, atCall: cut)
                _ = try? CommitLog.open(
                    directory: CrashScript.directory, fileSystem: again, clock: ManualClock(),
                    options: CrashScript.options)
                cases += 1
                let problem = script.problem(
                    of: again.crash(.unsyncedMixed(seed: UInt64(cut))), goesOn: false)
                #expect(
                    problem == nil,
                    "call \(call), \(outcome), recovery cut at \(again.callLog.last ?? "")")
            }
        }
        print("recovery cut at every call: \(cases) cases")
    }

    private static func recoveryCallCount(_ disk: SimulatedFileSystem) -> Int {
        let log = try? CommitLog.open(
            directory: CrashScript.directory, fileSystem: disk, clock: ManualClock(),
            options: CrashScript.options)
        let count = disk.callCount
        try? log?.close()
        return count
    }
}
