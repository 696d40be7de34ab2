import Foundation
import Testing

@Suite("sluice bench")
struct BenchCommandTests {
    @Test("Appends are counted and timed, and nothing of them stays")
    func produce() throws {
        let bench = try Workbench()
        let outcome = try bench.sluice("bench produce --records 500 --partitions 3 -o json")
        #expect(outcome.status == 0, "\(outcome)")
        let report = try outcome.documents().first ?? [:]
        #expect((report["records"] as? Int ?? 0) >= 500)
        #expect((report["fsyncs"] as? Int ?? 0) > 0)
        #expect((report["latency_p99"] as? Double ?? 0) > 0)
        #expect((report["resident_bytes_peak"] as? Int ?? 0) > 1 << 20)
        #expect(try bench.shell("ls").output == "", "the data directory is there")
    }

    @Test("At a rate each record is sent alone or with those that are due", arguments: ["0", "1"])
    func rate(acks: String) throws {
        let bench = try Workbench()
        let outcome = try bench.sluice(
            "bench produce --records 50 --rate 10000 --producers 2 --acks \(acks) -o json")
        let report = try outcome.documents().first ?? [:]
        #expect(report["records"] as? Int == 50, "\(outcome)")
    }

    @Test("A topic that exists is refused, used when told so, and stays")
    func existing() throws {
        let bench = try Workbench()
        try bench.sluice("topic create bench")
        let refused = try bench.sluice("bench produce --records 10")
        #expect(refused.status == 1)
        #expect(refused.error.contains("--existing"), "\(refused)")
        #expect(try bench.sluice("bench produce --records 10 --existing").status == 0)
        #expect(try bench.sluice("bench seek --count 5 --cold --existing").status == 0)
        #expect(try bench.sluice("topic list -o json").documents().count == 1)
        #expect(try bench.sluice("log seal").status == 0)
        let rows = try bench.sluice("bench consume --existing -o json").documents()
        #expect(rows.map { $0["from"] as? String } == ["segments", "segments"])
    }

    @Test("History is read from the commit log and from segments, the same records")
    func consume() throws {
        let bench = try Workbench()
        let outcome = try bench.sluice("bench consume --records 3000 --partitions 2 -o json")
        let rows = try outcome.documents()
        #expect(rows.map { $0["what"] as? String } == ["batches", "records", "batches", "records"])
        #expect(Set(rows.map { $0["records"] as? Int }).count == 1, "\(outcome)")
    }

    @Test("Subscriptions in one pass deliver what they deliver one by one")
    func subscriptions() throws {
        let bench = try Workbench()
        try bench.writeFlights(300, to: "flights.jsonl")
        let outcome = try bench.sluice(
            "bench subscriptions --count 1,100,300 --seconds 0 --input flights.jsonl -o json")
        #expect(outcome.status == 0, "\(outcome)")
        let rows = try outcome.documents()
        #expect(rows.map { $0["subscriptions"] as? Int } == [1, 100, 300])
        #expect((rows.last?["matches_per_record"] as? Double ?? 0) > 0)
        #expect(rows[1]["one_by_one_records_per_second"] is NSNumber)
        #expect(rows[2]["one_by_one_records_per_second"] is NSNull)
    }

    @Test("What cannot be measured is a wrong usage")
    func refusals() throws {
        let bench = try Workbench()
        for line in [
            "bench produce --records 0", "bench produce --rate 0", "bench produce --producers 0",
            "bench produce --record-size 8MiB --batch-size 9MiB", "bench seek --count 0",
            "bench subscriptions --count 0", "bench subscriptions --count 1,,2",
            "bench subscriptions --count 100001", "bench subscriptions --seconds -1",
        ] {
            #expect(try bench.sluice(line).status == 2, "\(line)")
        }
        #expect(try bench.sluice("bench consume --existing").status == 1)
    }

    @Test("The largest record is measured, one byte more is refused")
    func limits() throws {
        let bench = try Workbench()
        let size = 8 << 20
        let line = "bench produce --records 1 --batch-size 16 --record-size "
        #expect(try bench.sluice(line + "\(size - 1)").status == 0)
        #expect(try bench.sluice(line + "\(size)").status == 0)
        #expect(try bench.sluice(line + "\(size + 1)").status == 2)
    }
}
