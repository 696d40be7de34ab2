import Platform
import SystemPackage
import Testing

@testable import CommitLog

/// What idempotence is for: a producer that got no answer sends again, whatever happened meanwhile.
@Suite("A producer's retry after a crash")
struct RetryCrashTests {
    private static let partition = PartitionID(rawValue: 0)
    private static let count = 8

    /// Sends all batches in order, sealing and opening again between them, until the disk fails.
    ///
    /// - Returns: how many were acknowledged.
    private static func run(on disk: SimulatedFileSystem) -> Int {
        var acknowledged = 0
        do {
            var log = try FaultTests.open(disk)
            defer { try? log.close() }
            try AppendAndReadTests.create(log)
            for number in 0..<count {
                try send(number, to: log)
                acknowledged += 1
                if number % 3 == 1 { try log.sealNow() }
                if number == 4 {
                    try log.close()
                    log = try FaultTests.open(disk)
                }
            }
        } catch {
            // The disk failed as it was told to.
        }
        return acknowledged
    }

    private static func send(_ number: Int, to log: CommitLog) throws {
        let long = String(repeating: "x", count: 100)
        let batch = TestBatches.batch(
            ["\(number)" + long], producer: 7, sequence: Int32(number))
        try log.append(.batches(partition, batch))
    }

    @Test("Power lost during any call: the retry makes each record be there exactly once")
    func everyCall() throws {
        let whole = SimulatedFileSystem()
        #expect(Self.run(on: whole) == Self.count)
        var cases = 0
        for call in 1...whole.callCount {
            let disk = SimulatedFileSystem()
            disk.inject(.powerLoss, atCall: call)
            let acknowledged = Self.run(on: disk)
            for outcome in [
                CrashOutcome.unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: UInt64(call)),
            ] {
                cases += 1
                let log = try FaultTests.open(disk.crash(outcome))
                if log.partitions().isEmpty { try AppendAndReadTests.create(log) }
                // The one without an answer is sent again, and the rest as if nothing had been.
                for number in acknowledged..<Self.count { try Self.send(number, to: log) }
                let values = try FaultTests.values(log).map { $0.filter { $0 != "x" } }
                #expect(values == (0..<Self.count).map(String.init), "call \(call), \(outcome)")
                try log.close()
            }
        }
        print("retries after a crash at every call: \(whole.callCount) calls, \(cases) crashes")
    }
}
