import CommitLog
import Platform

/// The figures of one run of appends.
struct ProduceReport {
    let load: BenchLoad
    let partitions: Int
    let acks: String
    let outcome: BenchLoad.Outcome
    let before: LogStatistics
    let after: LogStatistics
    let usage: ProcessUsage

    /// Of the records that the latencies count: batches are whole, so a few more than asked for.
    var recordsPerSecond: Double { Double(outcome.latency.count) / outcome.seconds }

    var details: Details {
        var details = Details()
        for (name, title, field) in rows { details.add(title, field, name: name) }
        outcome.latency.add(to: &details)
        return details
    }

    /// The figures for programs.
    var fields: [(name: String, field: Field)] {
        rows.map { ($0.name, $0.field) } + [
            ("latency_p50", .seconds(outcome.latency.p50)),
            ("latency_p99", .seconds(outcome.latency.p99)),
            ("latency_p99_9", .seconds(outcome.latency.p999)),
            ("latency_max", .seconds(outcome.latency.max)),
        ]
    }

    private var rows: [(name: String, title: String, field: Field)] {
        let records = outcome.latency.count
        let syncs = after.synchronizations - before.synchronizations
        let groups = after.groups - before.groups
        let bytes = Double(records) * Double(load.recordByteCount)
        return [
            ("records", "Records", .count(records)),
            ("record_bytes", "Record size", .bytes(Int64(load.recordByteCount))),
            ("partitions", "Partitions", .count(Int64(partitions))),
            ("acks", "Acks", .text(acks)),
            ("seconds", "Time", .seconds(outcome.seconds)),
            ("records_per_second", "Records/s", .number(recordsPerSecond.rounded())),
            ("mb_per_second", "MB/s", .number(bytes / outcome.seconds / 1e6)),
            ("groups", "Groups", .count(groups)),
            ("fsyncs", "fsyncs", .count(syncs)),
            (
                "records_per_fsync", "Records per fsync",
                syncs > 0 ? .number(Double(records) / Double(syncs)) : .none
            ),
            (
                "bytes_per_group", "Bytes per group",
                groups > 0 ? .bytes((after.frameBytes - before.frameBytes) / groups) : .none
            ),
            (
                "sealed_files", "Files sealed meanwhile",
                .count(after.sealedFiles - before.sealedFiles)
            ),
            ("resident_bytes_peak", "Memory peak", .bytes(usage.residentByteCountPeak)),
            ("cpu_seconds", "CPU time", .seconds(outcome.cpuSeconds)),
        ]
    }
}
