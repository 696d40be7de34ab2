package import Broker
import CommitLog
import Connectors
import KafkaWire
import NIOCore
package import Records

extension BrokerClient {
    package func commit(_ commit: PipelineCommit) throws(BrokerError) {
        guard commit.byteCount <= ClientLimits.commitByteCountMax else {
            throw .server(
                "A commit of \(commit.byteCount) bytes is more than a server takes at once, "
                    + "\(ClientLimits.commitByteCountMax).")
        }
        var request = CommitPipelineRequest()
        request.pipeline = commit.pipeline
        request.keylessCount = commit.keylessCount ?? -1
        request.splits = commit.positions.sorted { $0.key < $1.key }.map { split, position in
            var entry = CommitPipelineRequest.Split()
            (entry.name, entry.position) = (split.text, position.bytes)
            return entry
        }
        request.state = commit.state.map { change in
            var entry = CommitPipelineRequest.Entry()
            (entry.key, entry.value) = (change.key, change.value)
            return entry
        }
        request.batches = commit.batches.map { batches in
            var entry = CommitPipelineRequest.Batches()
            (entry.topic, entry.partition) = (batches.topic, batches.partition)
            entry.id = Int32(bitPattern: batches.id.rawValue)
            entry.records = WireRecords(pieces: [ByteBuffer(bytes: batches.bytes)])
            return entry
        }
        guard commit.pipeline != nil || !request.batches.isEmpty else { return }
        _ = try ask(request)
    }

    /// Those of a reader that has chosen a version itself: the server moves the others aside.
    package func settle(
        _ letters: DeadLetters, of stream: String, reading: RecordSelector.Reading,
        _ ranges: [Int32: Range<RecordOffset>]
    ) throws(BrokerError) {
        try keep(letters, of: stream, ranges)
    }

    package func progress(
        ofPipeline name: String
    ) throws(BrokerError) -> PipelineProgress? {
        var request = PipelineProgressRequest()
        request.pipeline = name
        var answer = try ask(request)
        guard answer.isKnown else { return nil }
        var committed = CommittedProgress()
        for split in answer.splits {
            committed.positions[SplitName(split.name)] = SourcePosition(bytes: split.position)
        }
        for _ in 0..<ClientLimits.progressPartCountMax {
            committed.state += answer.state.map { StateChange(key: $0.key, value: $0.value) }
            if answer.isComplete {
                return PipelineProgress(
                    committed: committed, keylessCount: max(0, answer.keylessCount))
            }
            guard let last = answer.state.last?.key else { break }
            request.after = last
            answer = try ask(request)
        }
        throw damaged("progress without an end")
    }

    package func hasProgress(ofPipeline name: String) throws(BrokerError) -> Bool {
        var request = PipelineProgressRequest()
        request.pipeline = name
        return try ask(request).isKnown
    }

    package func resetPipeline(_ name: String) throws(BrokerError) {
        var request = CommitPipelineRequest()
        (request.pipeline, request.forgets) = (name, true)
        _ = try ask(request)
    }
}
