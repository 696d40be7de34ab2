import Bytes
import CommitLog
import Platform
import Records
import Synchronization

/// Gives out identities of producers, each once for ever: in blocks, of which the beginning of the
/// next one is durable before the first of this one is given out.
///
/// The first block of a log begins anywhere: a producer that still lives from before its broker's
/// data were lost must not be taken for one of the new ones that sends again.
final class ProducerIDs: Sendable {
    typealias Answer = @Sendable (Result<Int64, TransactionError>) -> Void

    private struct State {
        /// The next identity, and the end of the block that it is of.
        var next: Int64
        var end: Int64
        var isFetching = false
        var waiting: [Answer] = []
    }
    /// Blocks of which one is a log's first: their identities have thirteen digits at most.
    private static let firstBlockCount: UInt64 = 1 << 30
    private static let key = StateKey.make("next")
    private let log: CommitLog
    /// Guards the block; the writer's queue is a leaf below it, answers are called outside.
    private let state: Mutex<State>

    init(
        _ log: CommitLog, randomness: any Randomness = SystemRandomness()
    ) throws(BrokerError) {
        self.log = log
        let block = Int64(randomness.next() % Self.firstBlockCount)
        var next = block * BrokerLimits.producerIDBlockCount
        if let value = log.value(table: StateTable.producerIDs.rawValue, key: Self.key) {
            var cursor = ByteCursor(value.rawSpan)
            guard let stored = cursor.integer(Int64.self), stored >= 0, cursor.isAtEnd else {
                throw .damagedState(table: "producer", key: "next")
            }
            next = stored
        }
        state = Mutex(State(next: next, end: next))
    }

    /// Answers with an identity that nobody has had; at once, unless a block has to be fetched.
    func take(_ answer: @escaping Answer) {
        let id = state.withLock { state -> Result<Int64, TransactionError>? in
            if state.next < state.end {
                state.next += 1
                return .success(state.next - 1)
            }
            guard state.waiting.count < BrokerLimits.producerIDRequestCountMax else {
                return .failure(.busy)
            }
            state.waiting.append(answer)
            return nil
        }
        if let id { return answer(id) }
        fetch()
    }

    /// Asks for the next block, unless that goes on.
    private func fetch() {
        let start = state.withLock { state -> Int64? in
            guard !state.isFetching, !state.waiting.isEmpty, state.next == state.end else {
                return nil
            }
            state.isFetching = true
            return state.end
        }
        guard let start else { return }
        let (end, overflows) = start.addingReportingOverflow(BrokerLimits.producerIDBlockCount)
        guard !overflows else { return finish(.failure(.busy)) }
        var value: [UInt8] = []
        value.append(littleEndian: end)
        do throws(AppendError) {
            let frame = FrameContent([
                .put(table: StateTable.producerIDs.rawValue, key: Self.key, value: value)
            ])
            let append = try log.prepare(frame) { [weak self] result in
                switch result {
                case .success: self?.finish(.success(start..<end))
                case .failure(let error): self?.finish(.failure(.storage(error)))
                }
            }
            if try log.trySubmit(append, hasWaited: true) == .full { finish(.failure(.busy)) }
        } catch {
            finish(.failure(.storage(error)))
        }
    }

    private func finish(_ result: Result<Range<Int64>, TransactionError>) {
        let served = state.withLock { state -> [(Answer, Result<Int64, TransactionError>)] in
            state.isFetching = false
            switch result {
            case .success(let block):
                (state.next, state.end) = (block.lowerBound, block.upperBound)
                let count = min(state.waiting.count, block.count)
                let served = state.waiting.prefix(count).enumerated().map {
                    ($1, Result<Int64, TransactionError>.success(block.lowerBound + Int64($0)))
                }
                state.next += Int64(count)
                state.waiting.removeFirst(count)
                return served
            case .failure(let error):
                let refused = state.waiting.map {
                    ($0, Result<Int64, TransactionError>.failure(error))
                }
                state.waiting = []
                return refused
            }
        }
        for (answer, id) in served { answer(id) }
        fetch()
    }
}
