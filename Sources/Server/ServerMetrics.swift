import Broker
import CommitLog
import HTTPGateway
import KafkaGateway
import KafkaWire
import Platform

/// The figures of the server's metrics page.
enum ServerMetrics {
    static func page(
        broker: Broker, service: KafkaService, startedAt: Int64
    ) -> MetricsPage {
        var page = MetricsPage()
        addKafka(service.metrics.counts, to: &page)
        addMemory(service, to: &page)
        addLog(broker.log.statistics, to: &page)
        addFilters(broker.filterCounts, to: &page)
        addUnsettled(broker.unsettledReads, to: &page)
        let groups = service.groupCounts
        page.add(
            "sluice_groups", .gauge, "Groups that have members, or have had some.",
            Int64(groups.groups))
        page.add(
            "sluice_group_members", .gauge, "Members of all groups.",
            Int64(groups.members))
        page.add(
            "sluice_topics", .gauge, "Topics and subscriptions.",
            Int64(broker.readableTopics().count))
        let open = broker.allTransactions().filter { $0.startedAt != nil }.count
        page.add(
            "sluice_transactions_open", .gauge, "Transactions that are not ended.", Int64(open))
        addProcess(startedAt, to: &page)
        return page
    }

    private static func addKafka(_ counts: KafkaMetrics.Counts, to page: inout MetricsPage) {
        let apis = counts.byAPI.map { (name: "\($0.key)", counts: $0.value) }
            .sorted { $0.name < $1.name }
        page.add(
            "sluice_kafka_connections_total", .counter, "Connections that were accepted.",
            counts.connectionsOpened)
        page.add(
            "sluice_kafka_connections", .gauge, "Connections that are open.",
            counts.connectionsOpened - counts.connectionsClosed)
        page.add(
            "sluice_kafka_connections_refused_total", .counter,
            "Connections that the server closed, by reason.",
            KafkaMetrics.Refusal.allCases.map {
                (labels: [("reason", $0.rawValue)], value: counts.refusals[$0, default: 0])
            })
        page.add(
            "sluice_kafka_requests_total", .counter, "Requests, by API.",
            apis.map { (labels: [("api", $0.name)], value: $0.counts.begun) })
        page.add(
            "sluice_kafka_errors_total", .counter, "Error codes in answers, by API and code.",
            apis.flatMap { api in
                api.counts.errors.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    (labels: [("api", api.name), ("code", "\($0.key)")], value: $0.value)
                }
            })
        page.add(
            "sluice_kafka_request_seconds",
            "Time from the reading of a request to its answer; fetches wait as long as they ask.",
            bounds: LatencyHistogram.boundsInMicroseconds,
            apis.map {
                MetricsPage.Histogram(
                    labels: [("api", $0.name)], counts: $0.counts.latency.counts,
                    nanoseconds: $0.counts.latency.nanoseconds)
            })
        page.add(
            "sluice_kafka_request_bytes_total", .counter, "Bytes of requests.", counts.requestBytes)
        page.add("sluice_kafka_answers_total", .counter, "Answers.", counts.answers)
        page.add(
            "sluice_kafka_answer_bytes_total", .counter, "Bytes of answers.", counts.answerBytes)
        page.add(
            "sluice_kafka_produce_delayed_total", .counter,
            "Batches that waited because the log had no room for them.", counts.producesDelayed)
    }

    private static func addMemory(_ service: KafkaService, to page: inout MetricsPage) {
        let (counts, memory) = (service.metrics.counts, service.memory)
        page.add(
            "sluice_kafka_request_memory_bytes", .gauge, "Bytes that requests hold.",
            Int64(memory.requests))
        page.add(
            "sluice_kafka_answer_memory_bytes", .gauge, "Bytes that answers hold.",
            Int64(memory.answers))
        page.add(
            "sluice_kafka_reads_delayed_total", .counter,
            "Times that a socket was not read because requests held all their memory.",
            counts.readsDelayed)
        page.add(
            "sluice_kafka_fetches_delayed_total", .counter,
            "Fetches that waited because answers held all their memory.", counts.fetchesDelayed)
    }

    private static func addLog(_ log: LogStatistics, to page: inout MetricsPage) {
        page.add("sluice_log_frames_total", .counter, "Frames appended.", log.frames)
        page.add(
            "sluice_log_batch_bytes_total", .counter, "Bytes of record batches appended.",
            log.batchBytes)
        page.add(
            "sluice_log_groups_total", .counter, "Groups of frames written with one call.",
            log.groups)
        page.add("sluice_log_fsyncs_total", .counter, "Calls of fdatasync.", log.synchronizations)
        page.add(
            "sluice_log_sealed_bytes_in_total", .counter, "Bytes that were sealed, as they came.",
            log.sealedBytesIn)
        page.add(
            "sluice_log_sealed_bytes_out_total", .counter, "Bytes of segments that they became.",
            log.sealedBytesOut)
        page.add(
            "sluice_log_early_sealings_total", .counter,
            "Sealings that topics' segment.ms, segment.bytes or max.compaction.lag.ms asked for.",
            log.earlySealings)
        page.add(
            "sluice_log_appends_slowed_total", .counter,
            "Appends that waited because too many files waited to be sealed.", log.slowedAppends)
        page.add("sluice_log_checkpoints_total", .counter, "Checkpoints.", log.checkpoints)
        page.add("sluice_log_compactions_total", .counter, "Compactions.", log.compactions)
        page.add(
            "sluice_log_unreadable_batches_total", .counter,
            "Batches whose records cannot be read, as sealing and searches for times find them.",
            log.unreadableBatches)
        page.add(
            "sluice_log_indexes_rebuilt_total", .counter,
            "Damaged block indexes that were read from their segments instead.",
            log.indexesRebuilt)
        page.add(
            "sluice_log_summaries_failed_total", .counter,
            "Segments whose summaries could not be written.", log.summariesFailed)
        page.add(
            "sluice_log_maintenance_failing", .gauge,
            "1 if the last sealing or checkpoint failed.", log.maintenanceFailure == nil ? 0 : 1)
        page.add(
            "sluice_log_commit_bytes", .gauge, "Bytes of the commit log on disk.",
            log.commitBytesOnDisk)
        page.add(
            "sluice_log_segment_bytes", .gauge, "Bytes of segments on disk.",
            log.segmentBytesOnDisk)
        page.add(
            "sluice_log_records_removed_total", .counter, "Records that were removed, by reason.",
            log.removed.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                (labels: [("reason", "\($0.key)")], value: $0.value.records)
            })
    }

    /// Under the names that Prometheus's own clients have for them.
    private static func addProcess(_ startedAt: Int64, to page: inout MetricsPage) {
        let usage = ProcessUsage.current
        page.add(
            "process_resident_memory_bytes", .gauge, "Memory in use.", usage.residentByteCount)
        page.add(
            "process_cpu_seconds_total", .counter, "Processor time.", seconds: usage.cpuSeconds)
        if let count = ProcessUsage.openFileCount {
            page.add("process_open_fds", .gauge, "Open files and sockets.", Int64(count))
        }
        if let limit = DescriptorLimit.current {
            page.add(
                "process_max_fds", .gauge, "Files and sockets that may be open.",
                Int64(clamping: limit))
        }
        page.add(
            "process_start_time_seconds", .gauge, "When the server started, since 1970.",
            seconds: Double(startedAt) / 1e3)
    }

    private static func addUnsettled(
        _ reads: [String: [Int32: Int64]], to page: inout MetricsPage
    ) {
        let samples = reads.sorted { $0.key < $1.key }.flatMap { subscription, partitions in
            partitions.sorted { $0.key < $1.key }.map { partition, count in
                (
                    labels: [
                        ("subscription", subscription), ("partition", "\(partition)"),
                        ("reason", "settled_ranges_full"),
                    ], value: count
                )
            }
        }
        page.add(
            "sluice_subscription_unsettled_reads_total", .counter,
            "Reads whose records were neither counted nor moved aside, by reason.", samples)
    }

    private static func addFilters(
        _ filters: [String: [Int32: FilterCounts]], to page: inout MetricsPage
    ) {
        var samples: [(labels: [(name: String, value: String)], value: Int64)] = []
        for (subscription, versions) in filters.sorted(by: { $0.key < $1.key }) {
            for (version, counts) in versions.sorted(by: { $0.key < $1.key }) {
                for (outcome, count) in counts.outcomes {
                    samples.append(
                        (
                            [
                                ("subscription", subscription), ("version", "\(version)"),
                                ("outcome", outcome),
                            ], count
                        ))
                }
            }
        }
        page.add(
            "sluice_subscription_records_total", .counter,
            "Records that subscriptions' filters have decided about, by outcome.", samples)
    }
}
