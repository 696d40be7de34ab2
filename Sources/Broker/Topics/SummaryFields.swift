import Bytes
import CommitLog
import Expressions
import Filters
import Records
import Synchronization

/// The fields that the subscriptions of each topic name: what the log summarises of its blocks.
final class SummaryFields: Sendable {
    /// By topic; guards only itself.
    private let fields = Mutex<[String: [FieldReference]]>([:])

    /// Takes the filters of all subscriptions.
    ///
    /// One that does not compile, which creation excludes, names nothing.
    func update(_ subscriptions: [String: SubscriptionRecord]) {
        var fields: [String: [FieldReference]] = [:]
        for (_, record) in subscriptions.sorted(by: { $0.key < $1.key }) {
            // The older versions too: records that belong to them may still have to be sealed.
            for version in record.versions {
                guard let filter = try? SubscriptionFilter(version.filter) else { continue }
                for field in filter.summarizedFields
                where !fields[record.topic, default: []].contains(field) {
                    fields[record.topic, default: []].append(field)
                }
            }
        }
        let updated = fields
        self.fields.withLock { $0 = updated }
    }

    /// What summarises a topic's blocks; nil if no subscription names a field.
    func summarizer(of topic: String) -> (any BlockSummarizer)? {
        guard let fields = fields.withLock({ $0[topic] }) else { return nil }
        return TopicSummarizer(fields)
    }
}

/// Summarises the blocks of a topic by the fields that its subscriptions name.
private struct TopicSummarizer: BlockSummarizer {
    private var builder: BlockSummaryBuilder
    private let reader = BatchReader()
    private var buffer = RecordBuffer()

    init(_ fields: [FieldReference]) { builder = BlockSummaryBuilder(fields) }

    mutating func summarize(_ block: RawSpan, into bytes: inout [UInt8]) {
        // Moved out and back (no copy): the records are lent while the builder works.
        var buffer = RecordBuffer()
        swap(&buffer, &self.buffer)
        defer { swap(&buffer, &self.buffer) }
        // Of a batch that this build cannot read nothing is known: it has no summary.
        guard (try? reader.read(block, into: &buffer)) != nil else { return }
        builder.summarize(buffer.block, into: &bytes)
    }

    func covers(_ summary: RawSpan) -> Bool {
        BlockSummary(decoding: summary)?.covers(builder.fields) ?? false
    }
}
