import ArgumentParser
import Broker
import CommitLog
import Records
import SystemPackage

/// What the demo's flights take, as they came, as they were written and sealed.
struct DemoSizes {
    let records: Int64
    /// Bytes of the payloads.
    let payload: Int64
    /// Bytes of the commit log, before sealing.
    let commitLog: Int64
    /// Bytes of the flights' segments and indexes.
    let sealed: Int64

    var ratio: Double { sealed > 0 ? Double(payload) / Double(sealed) : 0 }

    /// Reads the flights and seals the log.
    static func measure(in data: FilePath) throws -> DemoSizes {
        let broker = try Broker.open(directory: data)
        do {
            let sizes = try measure(broker)
            try broker.close()
            return sizes
        } catch {
            // The first failure is what the user has to know.
            try? broker.close()
            throw error
        }
    }

    private static func measure(_ broker: Broker) throws -> DemoSizes {
        let selection = try ReadSelection(
            broker, name: "flights", subscription: nil, filter: FilterArguments.parse([]))
        var consumer = try Consumer(
            broker, selection, from: ReadRange(from: .earliest), partition: nil, group: nil,
            limit: nil)
        try consumer.run(write: { _, _, _ in }, flush: {})
        let commitLog = broker.log.statistics.commitBytesOnDisk
        // Full files of the commit log are sealed by themselves; the demo's is not full yet.
        try broker.log.sealNow()
        let report = TopicReport(
            selection.topic, stored: try TopicReport.stored(in: broker))
        return DemoSizes(
            records: consumer.outcome.delivered, payload: consumer.outcome.deliveredByteCount,
            commitLog: commitLog, sealed: report.sealedByteCount)
    }
}
