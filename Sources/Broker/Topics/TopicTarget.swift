package import Bytes
import CommitLog
package import Connectors
package import Records

/// Writes to topics, one frame of the log a commit: records of all outputs, the pipeline's
/// positions and its state become durable and visible together, or not at all.
package final class TopicTarget: Target {
    private let broker: any BrokerAccess
    /// Under which progress is kept; nil keeps none.
    private let pipeline: String?
    private var outputs: [OutputRole: Output] = [:]
    private let topicNames: [OutputRole: String]
    /// Records without a key go to the partitions in turn, counted over the pipeline's whole life,
    /// so that a resumed pipeline puts each where an undisturbed one would.
    private var keylessCount: Int64 = 0
    private var hasWritten = false

    /// A topic under writing.
    private struct Output {
        let topic: String
        /// Whether records need a key, because the newest of each is what is kept.
        let compacts: Bool
        let partitions: [TopicDescription.Partition]
        var writers: [BatchWriter]
        var batches: [[UInt8]]
    }

    /// Bytes of records at which a batch is ended; a commit may hold several for a partition.
    package static let batchByteCount = 256 << 10

    package private(set) var pendingByteCount = 0

    /// Sends each role's records to the topic named for it; a role that is not named is not kept.
    ///
    /// A side topic that does not exist is created at its first record, with one partition.
    /// `pipeline` is the name under which progress is kept; nil for records without progress.
    ///
    /// - Throws: if the main topic does not exist.
    package init(
        _ broker: any BrokerAccess, topics: [OutputRole: String], pipeline: String?
    ) throws(BrokerError) {
        self.broker = broker
        self.pipeline = pipeline
        topicNames = topics
        if let main = topics[.main] { outputs[.main] = try Self.open(broker, topic: main) }
    }

    package func restore() throws -> CommittedProgress? {
        guard let pipeline, let progress = try broker.progress(ofPipeline: pipeline) else {
            return nil
        }
        keylessCount = progress.keylessCount
        return progress.committed
    }

    package func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        try add(role, block, selection: selection)
    }

    /// As ``write(_:_:selection:)``.
    ///
    /// - Throws: `.keylessRecord`; if a side topic cannot be created.
    func add(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws(BrokerError) {
        guard !selection.isEmpty, var output = try takeOutput(role) else { return }
        defer { outputs[role] = output }
        let count = Int32(output.writers.count)
        for row in selection.rows {
            let row = Int(row)
            if output.compacts, block.key(row) == nil {
                throw BrokerError.keylessRecord(topic: output.topic)
            }
            var partition = 0
            if count > 1 {
                if let key = block.key(row) {
                    partition = Int(Murmur2.partition(of: key, count: count))
                } else {
                    partition = Int(keylessCount % Int64(count))
                    keylessCount += 1
                }
            }
            let writer = output.writers[partition]
            let before = writer.byteCount
            writer.append(copying: block, row: row)
            pendingByteCount += writer.byteCount - before
            if writer.byteCount >= Self.batchByteCount {
                writer.finish(into: &output.batches[partition])
            }
        }
        hasWritten = true
    }

    package func commit(
        positions: [SplitName: SourcePosition], state: [StateChange]
    ) throws {
        var commit = PipelineCommit(pipeline: pipeline)
        commit.batches = takeBatches()
        if pipeline != nil {
            (commit.positions, commit.state) = (positions, state)
            if hasWritten { commit.keylessCount = keylessCount }
        }
        hasWritten = false
        try broker.commit(commit)
    }

    /// The batches of what was written since the last commit, which are not in the next one then.
    func takeBatches() -> [PipelineCommit.Batches] {
        var batches: [PipelineCommit.Batches] = []
        for role in OutputRole.allCases {
            guard var output = outputs.removeValue(forKey: role) else { continue }
            for (index, partition) in output.partitions.enumerated() {
                if !output.writers[index].isEmpty {
                    output.writers[index].finish(into: &output.batches[index])
                }
                guard !output.batches[index].isEmpty else { continue }
                batches.append(
                    PipelineCommit.Batches(
                        topic: output.topic, partition: partition.index, id: partition.id,
                        bytes: output.batches[index]))
                output.batches[index] = []
            }
            outputs[role] = output
        }
        pendingByteCount = 0
        return batches
    }

    package func close() {}

    private func takeOutput(_ role: OutputRole) throws(BrokerError) -> Output? {
        if let output = outputs.removeValue(forKey: role) { return output }
        guard let name = topicNames[role] else { return nil }
        if try !broker.hasTopic(name) {
            do throws(BrokerError) { try broker.createTopic(name, TopicSettings()) } catch {
                // Another reader with dead letters of the same subscription may have been faster.
                guard try broker.hasTopic(name) else { throw error }
            }
        }
        return try Self.open(broker, topic: name)
    }

    private static func open(
        _ broker: any BrokerAccess, topic name: String
    ) throws(BrokerError) -> Output {
        let topic = try broker.topic(name)
        return Output(
            topic: name, compacts: topic.settings.storage.cleanup.compacts,
            partitions: topic.partitions, writers: topic.partitions.map { _ in BatchWriter() },
            batches: topic.partitions.map { _ in [] })
    }
}
