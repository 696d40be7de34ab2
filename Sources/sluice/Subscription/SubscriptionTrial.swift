import Broker
import Bytes
import Filters
import Records

/// What filters make of a topic's stored records: how many match, why others do not, and the first
/// that do.
struct SubscriptionTrial {
    /// The payloads of the first matching records, one a line.
    private(set) var samples: [UInt8] = []
    /// The same records with all that belongs to them, as JSON.
    private var envelopes: [UInt8] = []
    let outcome: Consumer.Outcome

    /// Reads the whole topic.
    init(_ broker: any BrokerAccess, _ selection: ReadSelection, sampleCount: Int) throws {
        var consumer = try Consumer(
            broker, selection, from: ReadRange(from: .earliest), partition: nil, group: nil,
            limit: nil)
        var envelope = MessageEnvelope(
            topic: selection.topic.name, format: selection.topic.settings.format)
        let topic = Array(selection.topic.name.utf8)
        var left = sampleCount
        var samples: [UInt8] = []
        var envelopes: [UInt8] = []
        try consumer.run(
            write: { block, selected, partition in
                for row in selected.rows.prefix(left) {
                    MessageFormat.payloadLine.append(
                        block, row: Int(row), topic: topic, partition: partition, to: &samples)
                    envelope.append(block, row: Int(row), partition: partition, to: &envelopes)
                }
                left -= min(left, selected.count)
            }, flush: {})
        self.samples = samples
        self.envelopes = envelopes
        outcome = consumer.outcome
    }

    /// The counts; for programs with the samples.
    func details(for stream: String, as form: OutputOptions.Form) -> Details {
        var details = Details()
        details.add("Of", .text(stream))
        details.add("Would deliver", .count(outcome.delivered), name: "delivered")
        details.add("Bytes", .bytes(outcome.deliveredByteCount))
        details.add("Passed over unread", .count(outcome.passedOver.records), name: "skipped")
        for counts in outcome.counts { counts.add(to: &details) }
        guard form == .json else { return details }
        let lines = String(decoding: envelopes, as: UTF8.self).split(separator: "\n")
        details.add("Samples", .json("[\(lines.joined(separator: ","))]"))
        return details
    }
}
