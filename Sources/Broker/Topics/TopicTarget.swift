package import Bytes
import CommitLog
package import Connectors
package import Records

/// Writes to topics, one frame of the log a commit: records of all outputs, the pipeline's
/// positions and its state become durable and visible together, or not at all.
package final class TopicTarget: Target {
    private let broker: Broker
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
        let partitions: [PartitionID]
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
        _ broker: Broker, topics: [OutputRole: String], pipeline: String?
    ) throws(BrokerError) {
        self.broker = broker
        self.pipeline = pipeline
        topicNames = topics
        if let main = topics[.main] { outputs[.main] = try Self.open(broker, topic: main) }
    }

    package func restore() throws -> CommittedProgress? {
        guard let pipeline else { return nil }
        let key = StateKey.make(pipeline)
        if let total = broker.log.value(table: StateTable.pipelineTotals.rawValue, key: key) {
            var cursor = ByteCursor(total.rawSpan)
            guard let count = cursor.integer(Int64.self) else {
                throw BrokerError.damagedState(table: "pipeline", key: pipeline)
            }
            keylessCount = count
        }
        return try PipelineProgress.load(broker.log, pipeline)
    }

    package func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
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
        var entries: [FrameEntry] = []
        for role in OutputRole.allCases {
            guard var output = outputs.removeValue(forKey: role) else { continue }
            for index in output.writers.indices {
                if !output.writers[index].isEmpty {
                    output.writers[index].finish(into: &output.batches[index])
                }
                guard !output.batches[index].isEmpty else { continue }
                entries.append(.batches(output.partitions[index], output.batches[index]))
                output.batches[index] = []
            }
            outputs[role] = output
        }
        if let pipeline {
            entries += PipelineProgress.entries(pipeline, positions: positions, state: state)
            if hasWritten {
                var total: [UInt8] = []
                total.append(littleEndian: keylessCount)
                entries.append(
                    .put(
                        table: StateTable.pipelineTotals.rawValue, key: StateKey.make(pipeline),
                        value: total))
            }
        }
        pendingByteCount = 0
        hasWritten = false
        guard !entries.isEmpty else { return }
        do {
            try broker.append(entries)
        } catch BrokerError.append(let error) {
            guard case .limit = error else { throw BrokerError.append(error) }
            throw BrokerError.commitTooLarge(limit: error)
        }
    }

    package func close() {}

    private func takeOutput(_ role: OutputRole) throws(BrokerError) -> Output? {
        if let output = outputs.removeValue(forKey: role) { return output }
        guard let name = topicNames[role] else { return nil }
        if !broker.hasTopic(name) { try broker.createTopic(name, TopicSettings()) }
        return try Self.open(broker, topic: name)
    }

    private static func open(_ broker: Broker, topic: String) throws(BrokerError) -> Output {
        let record = try broker.topicRecord(topic)
        let partitions = record.partitions
        return Output(
            topic: topic, compacts: record.settings.storage.cleanup.compacts,
            partitions: partitions, writers: partitions.map { _ in BatchWriter() },
            batches: partitions.map { _ in [] })
    }
}
