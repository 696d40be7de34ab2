import Bytes
import CommitLog
import Expressions
import Filters
import Records
import Synchronization

/// The fields that the subscriptions of each topic name: what the log summarises of its blocks.
final class SummaryFields: Sendable {
    private struct Names {
        let topic: String
        let fields: [FieldReference]
    }
    /// By subscription; guards only itself.
    private let names = Mutex<[String: Names]>([:])

    /// Takes a subscription as it is now; nil if there is none of that name any more.
    ///
    /// Compiles the filters of this one only. One that does not compile, which creation excludes,
    /// names nothing.
    func set(_ name: String, _ record: SubscriptionRecord?) {
        let new = record.map { record in
            // The older versions too: records that belong to them may still have to be sealed.
            let filters = record.versions.compactMap { try? SubscriptionFilter($0.filter) }
            return Names(topic: record.topic, fields: filters.flatMap(\.summarizedFields))
        }
        names.withLock { $0[name] = new }
    }

    /// What summarises a topic's blocks; nil if no subscription names a field.
    ///
    /// Asked for once a segment that is written.
    func summarizer(of topic: String) -> (any BlockSummarizer)? {
        let names = names.withLock { $0 }
        let fields = names.sorted { $0.key < $1.key }.filter { $0.value.topic == topic }
            .flatMap(\.value.fields)
        return fields.isEmpty ? nil : TopicSummarizer(fields)
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
        // Of a batch whose records cannot be read nothing is known: it has no summary.
        guard (try? reader.read(block, into: &buffer)) != nil else { return }
        builder.summarize(buffer.block, into: &bytes)
    }

    func covers(_ summary: RawSpan) -> Bool {
        BlockSummary(decoding: summary)?.covers(builder.fields) ?? false
    }
}
