import Broker
import Bytes
import CommitLog
import Connectors
import KafkaWire
import NIOCore
import Records

extension KafkaService {
    /// Tells where groups go on.
    func answer(
        _ request: GroupPositionsRequest, _ context: RequestContext
    ) async -> GroupPositionsResponse? {
        await onWorker { [broker] in
            var response = GroupPositionsResponse()
            do throws(BrokerError) {
                response.groups = try broker.groups().filter {
                    (request.group == nil || request.group == $0.group)
                        && (request.stream == nil || request.stream == $0.stream)
                }.map(Self.describe)
            } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private static func describe(_ group: GroupDescription) -> GroupPositionsResponse.Group {
        var described = GroupPositionsResponse.Group()
        (described.group, described.stream) = (group.group, group.stream)
        described.positions = group.positions.sorted { $0.key < $1.key }.map { partition, kept in
            var position = GroupPositionsResponse.Group.Position()
            position.partition = partition
            position.offset = kept.offset.rawValue
            position.savedAt = kept.savedAt
            position.leaderEpoch = kept.leaderEpoch
            position.metadata = kept.metadata
            return position
        }
        return described
    }

    /// Saves positions of a group, or forgets them.
    func answer(
        _ request: SetGroupPositionsRequest, _ context: RequestContext
    ) async -> SetGroupPositionsResponse? {
        await onWorker { [self] in
            var response = SetGroupPositionsResponse()
            do throws(BrokerError) { try set(request) } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func set(_ request: SetGroupPositionsRequest) throws(BrokerError) {
        // Its refusal names the nearest topic or subscription.
        if broker.readableTopic(request.stream) == nil { _ = try broker.topic(request.stream) }
        if request.forgets {
            return try broker.deleteGroup(request.group, stream: request.stream)
        }
        let count = broker.readableTopic(request.stream)?.partitions.count ?? 0
        var offsets: [Int32: RecordOffset] = [:]
        for position in request.positions {
            guard (0..<Int32(count)).contains(position.partition), position.offset >= 0 else {
                throw .unknownPartition(
                    topic: request.stream, partition: position.partition, count: Int32(count))
            }
            offsets[position.partition] = RecordOffset(rawValue: position.offset)
        }
        var counts: [Int32: FilterCounts] = [:]
        for entry in request.counts {
            guard let value = FilterCounts(decoding: entry.counts) else {
                throw .damagedState(table: "subscription counts", key: request.stream)
            }
            counts[entry.version] = value
        }
        try broker.saveGroupPositions(
            request.group, stream: request.stream, offsets, counts: counts)
    }

    /// Tells what a pipeline has committed last, its state in parts.
    func answer(
        _ request: PipelineProgressRequest, _ context: RequestContext
    ) async -> PipelineProgressResponse? {
        await onWorker { [broker] in
            var response = PipelineProgressResponse()
            do throws(BrokerError) {
                let part = try broker.progress(
                    ofPipeline: request.pipeline, after: request.after,
                    stateByteCountMax: KafkaLimits.progressByteCountMax)
                response.isComplete = part?.isComplete ?? true
                if let part { Self.describe(part.progress, in: &response) }
            } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private static func describe(
        _ progress: PipelineProgress, in response: inout PipelineProgressResponse
    ) {
        response.isKnown = true
        response.keylessCount = progress.keylessCount
        response.splits = progress.committed.positions.sorted { $0.key < $1.key }.map {
            var split = PipelineProgressResponse.Split()
            (split.name, split.position) = ($0.key.text, $0.value.bytes)
            return split
        }
        response.state = progress.committed.state.map { change in
            var entry = PipelineProgressResponse.Entry()
            (entry.key, entry.value) = (change.key, change.value)
            return entry
        }
    }

    /// Makes what a pipeline has made durable and visible as one.
    func answer(
        _ request: CommitPipelineRequest, _ context: RequestContext
    ) async -> CommitPipelineResponse? {
        await onWorker { [self] in
            var response = CommitPipelineResponse()
            do throws(BrokerError) { try commit(request) } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func commit(_ request: CommitPipelineRequest) throws(BrokerError) {
        if request.forgets {
            if let pipeline = request.pipeline { try broker.resetPipeline(pipeline) }
            return
        }
        var commit = PipelineCommit(pipeline: request.pipeline)
        if request.keylessCount >= 0 { commit.keylessCount = request.keylessCount }
        for split in request.splits {
            commit.positions[SplitName(split.name)] = SourcePosition(bytes: split.position)
        }
        commit.state = request.state.map { StateChange(key: $0.key, value: $0.value) }
        commit.batches = request.batches.map { batches in
            var bytes: [UInt8] = []
            for piece in batches.records.pieces ?? [] {
                bytes.append(copying: piece.readableBytesSpan)
            }
            return PipelineCommit.Batches(
                topic: batches.topic, partition: batches.partition,
                id: PartitionID(rawValue: UInt32(bitPattern: batches.id)), bytes: bytes)
        }
        try broker.commit(untrusted: commit)
    }
}
