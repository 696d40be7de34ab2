import Bytes
import CommitLog
import Foundation
import Platform
import Records
import SystemPackage
import Testing

@testable import sluice

@Suite("sluice log torture")
struct LogTortureTests {
    @Test("Two cycles of each fault find nothing, and leave nothing behind")
    func quick() throws {
        let bench = try Workbench()
        let outcome = try bench.sluice("log torture . --cycles 12 --seed 3 -o json")
        #expect(outcome.status == 0, "\(outcome)")
        let report = try outcome.documents().first
        #expect(report?["cycles"] as? Int == 12)
        #expect((report?["findings"] as? [Any])?.isEmpty == true)
        #expect((report?["acknowledged"] as? Int ?? 0) > 50)
        let faults = report?["faults"] as? [[String: Any]] ?? []
        #expect(faults.compactMap { $0["cycles"] as? Int } == [2, 2, 2, 2, 2, 2])
        #expect(try bench.scratch.names() == [])
    }

    @Test("What was there stays, and --keep keeps the log of the torture beside it")
    func keep() throws {
        let bench = try Workbench()
        try bench.scratch.write("mine", to: "letter.txt")
        let outcome = try bench.sluice("log torture . --cycles 1 --faults kill --keep")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("0 lost, 0 duplicated, 0 out of order"))
        let names = try bench.scratch.names()
        #expect(names.count == 2 && names[0] == "letter.txt")
        #expect(outcome.error.contains("the directory stays: "))
        #expect(try bench.sluice("log verify --data \(names[1])/0").status == 0)
        #expect(try bench.sluice("log torture missing").status == 1)
        #expect(try bench.sluice("log torture . --faults rain").status == 2)
        #expect(try bench.sluice("log torture . --cycles 1 --duration 1s").status == 2)
    }

    // MARK: The comparison itself

    /// Runs a life of some frames in a directory, and compares after `change` has been made to what is
    /// expected.
    private func findings(
        _ change: (inout TortureLedger, inout TortureLife) -> Void
    ) throws -> Set<TortureFinding.Kind> {
        let scratch = try Scratch()
        let directory = FilePath(scratch.path("log"))
        var ledger = TortureLedger()
        var life = TortureLife(1, of: ledger, seed: 5)
        let log = try CommitLog.open(
            directory: directory, options: TortureLoad.options(threads: 1))
        let outcomes = Monitor<[TortureFrameID: TortureLife.Outcome]>([:])
        let load = TortureLoad(log, life) { id, outcome in outcomes.withLock { $0[id] = outcome } }
        #expect(load.begin())
        load.run(threads: 1, frames: 20)
        life.outcomes = outcomes.withLock { $0 }
        change(&ledger, &life)
        var comparison = TortureComparison(log, ledger, life, .nothing)
        comparison.run()
        try log.close()
        return Set(comparison.findings.map(\.kind))
    }

    private static func frame(_ number: Int) -> TortureFrameID {
        TortureFrameID(life: 1, thread: 0, sequence: number)
    }

    @Test("A log that holds what it acknowledged passes, with or without the last answer")
    func passes() throws {
        #expect(try findings { _, _ in } == [])
        #expect(try findings { $1.outcomes[Self.frame(19)] = .unknown } == [])
        #expect(try findings { $1.outcomes[Self.frame(20)] = .unknown } == [])
    }

    @Test("A frame that was acknowledged and is not there is lost")
    func lost() throws {
        let found = try findings {
            $1.outcomes[Self.frame(20)] = .acknowledged(position: 1, bases: [0])
        }
        #expect(found == [.lost])
        let earlier = try findings { ledger, _ in ledger.state[[9]] = [1] }
        #expect(earlier == [.lost])
        let partition = try findings { ledger, _ in
            ledger.partitions[PartitionID(rawValue: 77)] = []
        }
        #expect(partition == [.lost])
    }

    @Test("A frame that was refused, or that nobody sent, is invented")
    func invented() throws {
        #expect(try findings { $1.outcomes[Self.frame(3)] = .refused }.contains(.invented))
        #expect(try findings { $1.outcomes[Self.frame(3)] = nil }.contains(.invented))
    }

    @Test("A frame at other offsets than were given is out of order")
    func outOfOrder() throws {
        let found = try findings { _, life in
            guard case .acknowledged(let position, let bases) = life.outcomes[Self.frame(4)] else {
                return
            }
            life.outcomes[Self.frame(4)] = .acknowledged(
                position: position, bases: bases.map { $0 + 1 })
        }
        #expect(found == [.outOfOrder])
    }

    @Test("A value is read only if no bit of it has changed")
    func record() throws {
        let record = TortureRecord(
            id: TortureFrameID(life: 3, thread: 2, sequence: 1), entry: 1, record: 9, byteCount: 45)
        var bytes = record.bytes
        #expect(bytes.count == 45)
        let read = TortureRecord(parsing: bytes.rawSpan)
        #expect(read == record)
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let changed = TortureRecord(parsing: bytes.rawSpan)
            #expect(changed != record)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    @Test("An acknowledgement survives its way through a pipe, cut off or not")
    func message() throws {
        let id = Self.frame(7)
        let bytes = TortureMessage(id, .acknowledged(position: 99, bases: [4, 5])).bytes
        #expect(bytes.count == TortureMessage.byteCount)
        let message = TortureMessage(parsing: bytes.rawSpan, at: 0)
        #expect(message?.id == id)
        guard case .acknowledged(99, [4, 5]) = message?.outcome else {
            Issue.record("\(String(describing: message))")
            return
        }
        for count in 0..<bytes.count {
            let part = Array(bytes.prefix(count))
            let cut = TortureMessage(parsing: part.rawSpan, at: 0)
            #expect(cut == nil)
        }
    }
}
