import Bytes
package import CommitLog
package import Connectors

/// What becomes durable and visible as one: records, and the progress of the pipeline that made
/// them.
package struct PipelineCommit: Sendable, Equatable {
    /// Record batches for a partition, one behind the other.
    package struct Batches: Sendable, Equatable {
        package var topic: String
        package var partition: Int32
        /// The log's number of the partition, which a topic that is made anew does not share.
        package var id: PartitionID
        package var bytes: [UInt8]

        package init(topic: String, partition: Int32, id: PartitionID, bytes: [UInt8]) {
            self.topic = topic
            self.partition = partition
            self.id = id
            self.bytes = bytes
        }
    }

    /// Under which progress is kept; nil keeps none.
    package var pipeline: String?
    package var positions: [SplitName: SourcePosition] = [:]
    package var state: [StateChange] = []
    /// Records without a key that the pipeline has written in its life; nil if none were added.
    package var keylessCount: Int64?
    package var batches: [Batches] = []

    package init(pipeline: String?) { self.pipeline = pipeline }

    /// Bytes of its batches and state.
    package var byteCount: Int {
        batches.reduce(0) { $0 + $1.bytes.count }
            + state.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
    }
}

extension Broker {
    package func commit(_ commit: PipelineCommit) throws(BrokerError) {
        var entries = commit.batches.map { FrameEntry.batches($0.id, $0.bytes) }
        if let pipeline = commit.pipeline {
            entries += PipelineProgress.entries(
                pipeline, positions: commit.positions, state: commit.state)
            if let count = commit.keylessCount {
                var total: [UInt8] = []
                total.append(littleEndian: count)
                entries.append(
                    .put(
                        table: StateTable.pipelineTotals.rawValue, key: StateKey.make(pipeline),
                        value: total))
            }
        }
        guard !entries.isEmpty else { return }
        do throws(BrokerError) { try append(entries) } catch {
            guard case .append(let cause) = error, case .limit = cause else { throw error }
            throw .commitTooLarge(limit: cause)
        }
    }

    /// The same for what comes from elsewhere: every batch is checked as a producer's is, but for
    /// its time and size, and belongs to the topic that is named.
    ///
    /// - Complexity: O(bytes).
    package func commit(untrusted commit: PipelineCommit) throws(BrokerError) {
        for batches in commit.batches {
            let topic = try topicRecord(batches.topic)
            let index = Int(batches.partition)
            guard topic.partitions.indices.contains(index) else {
                throw .unknownPartition(
                    topic: batches.topic, partition: batches.partition,
                    count: Int32(topic.partitions.count))
            }
            guard topic.partitions[index] == batches.id else {
                throw .topicMadeAnew(batches.topic)
            }
            let admission = BatchAdmission(
                topic: batches.topic, partition: batches.id, byteCountMax: .max,
                times: nil, compacts: topic.settings.storage.cleanup.compacts)
            do throws(ProduceError) { try admission.checkAll(batches.bytes.rawSpan) } catch {
                throw .refusedBatch(error, topic: batches.topic, partition: batches.partition)
            }
        }
        try self.commit(commit)
    }
}
