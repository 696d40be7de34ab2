import Broker
import CommitLog
import HTTPGateway
import KafkaGateway
import Platform

/// The figures of the server's metrics page.
enum ServerMetrics {
    static func page(broker: Broker, service: KafkaService) -> MetricsPage {
        var page = MetricsPage()
        addKafka(service.metrics.counts, to: &page)
        addLog(broker.log.statistics, to: &page)
        addFilters(broker.filterCounts, to: &page)
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
        return page
    }

    private static func addKafka(_ counts: KafkaMetrics.Counts, to page: inout MetricsPage) {
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
            counts.requestsByAPI.sorted { $0.key < $1.key }.map {
                (labels: [("api", $0.key)], value: $0.value)
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
