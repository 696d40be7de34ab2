import Broker
import KafkaWire
import Records
import Synchronization

/// A produce request whose batches are decided about one by one, on any thread.
final class PendingProduce: Sendable {
    private struct State {
        var response = ProduceResponse()
        var hasRefusals = false
        /// Decisions that are missing, and one for the offering itself.
        var missing: Int
    }
    /// What the client is told.
    enum Outcome: Sendable {
        case answer(ProduceResponse)
        /// It wants no answer.
        case silence
        /// It wants no answer, and has to notice all the same that records were refused: Kafka
        /// closes the connection then.
        case closing
    }

    private let acks: Int16
    /// Where the answer to each batch goes: topic, partition within it.
    private let places: [(topic: Int, partition: Int)]
    private let complete: @Sendable (Outcome) -> Void
    /// Guards the answer; `complete` is called outside of it.
    private let state: Mutex<State>

    /// `complete` is called once, on the thread of the last decision.
    init(_ request: ProduceRequest, complete: @escaping @Sendable (Outcome) -> Void) {
        acks = request.acks
        self.complete = complete
        var places: [(Int, Int)] = []
        var response = ProduceResponse()
        for (index, asked) in request.topics.enumerated() {
            var topic = ProduceResponse.Topic()
            topic.name = asked.name
            for (number, partition) in asked.partitions.enumerated() {
                var answer = ProduceResponse.Topic.Partition()
                answer.index = partition.index
                topic.partitions.append(answer)
                places.append((index, number))
            }
            response.topics.append(topic)
        }
        self.places = places
        state = Mutex(State(response: response, missing: places.count + 1))
    }

    /// What became of a batch, by its place in the request.
    func decide(_ place: Int, _ result: Result<ProduceResult, ProduceError>) {
        let (topic, partition) = places[place]
        finish { state in
            var answer = state.response.topics[topic].partitions[partition]
            switch result {
            case .success(let result):
                answer.baseOffset = result.baseOffset.rawValue
                answer.logAppendTimeMilliseconds = result.logAppendTime ?? -1
                answer.logStartOffset = result.logStartOffset.rawValue
            case .failure(let error):
                answer.errorCode = KafkaErrorCode(error)
                answer.baseOffset = -1
                answer.errorMessage = error.description
                if case .keylessRecords(_, let indexes) = error {
                    answer.recordErrors = indexes.map { index in
                        var recordError = ProduceResponse.Topic.Partition.RecordError()
                        recordError.batchIndex = Int32(index)
                        recordError.batchIndexErrorMessage = "It has no key."
                        return recordError
                    }
                }
                state.hasRefusals = true
            }
            state.response.topics[topic].partitions[partition] = answer
        }
    }

    /// All batches were offered.
    func allOffered() { finish { _ in } }

    /// Refuses a request of which nothing was offered.
    func refuseAll(_ error: KafkaErrorCode) {
        var response = state.withLock { $0.response }
        for topic in response.topics.indices {
            for partition in response.topics[topic].partitions.indices {
                response.topics[topic].partitions[partition].errorCode = error
                response.topics[topic].partitions[partition].baseOffset = -1
            }
        }
        complete(acks == 0 ? .closing : .answer(response))
    }

    private func finish(_ change: (inout State) -> Void) {
        let outcome: Outcome? = state.withLock { state in
            change(&state)
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            guard acks == 0 else { return .answer(state.response) }
            return state.hasRefusals ? .closing : .silence
        }
        if let outcome { complete(outcome) }
    }
}
