import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("The last write, torn")
struct TornWriteTests {
    /// A group of frames of 700 to 5,000 bytes; none ends at the end of a sector.
    private static let values = (0..<9).map { number in
        "\(number) " + String(repeating: "g", count: 700 + number * 531)
    }

    @Test(
        "A group torn at every 512 bytes, and around the end of each frame, leaves whole frames from its beginning"
    )
    func everySector() throws {
        let group = try Self.values.map { value in
            try EncodedFrame(
                .batches(FaultTests.partition, TestBatches.batch([value])), verifiesBatches: true
            ).stride
        }
        var ends: [Int] = [0]
        for stride in group { ends.append((ends.last ?? 0) + stride) }
        let total = ends.last ?? 0
        var cuts = Set(stride(from: 0, through: total, by: 512))
        for end in ends { cuts.formUnion([end - 1, end, end + 1, end + 47, end + 48]) }
        var cases = 0
        for cut in cuts.filter({ (0...total).contains($0) }).sorted() {
            let disk = SimulatedFileSystem()
            var options = LogOptions()
            options.commitFileByteCount = 64 << 10
            let log = try CommitLog.open(
                "/data", disk, ManualClock(), options, startsThreads: false)
            try log.submit(
                FrameContent([.createPartition(FaultTests.partition, topic: "t", index: 0)])
            ) { _ in }
            log.driver.writeGroup()
            disk.inject(.tear(afterBytes: cut), atNext: .write)
            for value in Self.values {
                try log.submit(.batches(FaultTests.partition, TestBatches.batch([value]))) {
                    if case .success = $0 { Issue.record("a torn frame was acknowledged") }
                }
            }
            log.driver.writeGroup()
            #expect(disk.hasLostPower)
            let whole = ends.dropFirst().count { $0 <= cut }
            // The zeros that fill a frame up to a multiple of 8 are there already.
            let wholeMax = ends.dropFirst().count { $0 - 7 <= cut }
            let seed = UInt64(cut)
            for outcome in [CrashOutcome.unsyncedKept, .unsyncedLost, .unsyncedMixed(seed: seed)] {
                cases += 1
                let again = try FaultTests.open(disk.crash(outcome))
                let found = try FaultTests.values(again)
                let expected = Array(Self.values.prefix(found.count))
                #expect(
                    again.recovery.damage.isEmpty && found == expected, "byte \(cut), \(outcome)")
                #expect(
                    found.count <= wholeMax && (outcome != .unsyncedKept || found.count >= whole))
                try again.close()
            }
            try? log.close()
        }
        print("torn at every 512 bytes: \(cases) cases, \(total) bytes")
    }
}
