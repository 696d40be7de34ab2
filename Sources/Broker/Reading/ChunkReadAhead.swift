import CommitLog
import Platform
import Records

/// Reads the chunks of a partition one after the other, the next one while its caller filters the
/// one before, if a thread is free for that.
///
/// Unpacking takes as long as filtering, or longer. One thread at a time; two buffers are kept.
final class ChunkReadAhead {
    /// A chunk that another thread reads.
    private struct Ahead {
        enum State: Sendable {
            /// Not begun; with memory for the chunk.
            case waiting(RecordBuffer)
            case done(Result<RecordChunk, BrokerError>)
            case taken
        }
        let start: RecordOffset
        let state: Monitor<State>
    }

    private let topic: String
    private let threads: SpareThreads
    private let reader = ChunkReader()
    private let aheadReader = ChunkReader()
    private var ahead: Ahead?
    private var buffers: [RecordBuffer] = []

    init(topic: String, threads: SpareThreads) {
        self.topic = topic
        self.threads = threads
    }

    /// The chunk that begins at an offset.
    func chunk(
        _ log: CommitLog, _ place: SubscriptionReader.Place, from start: RecordOffset,
        byteCount: Int
    ) throws(BrokerError) -> RecordChunk {
        if let ahead, ahead.start == start, let result = takeAhead() { return try result.get() }
        drop()
        return try reader.read(
            log, place, of: topic, from: start, byteCount: byteCount, into: takeBuffer()
        ).get()
    }

    /// Begins to read a chunk that is probably asked for next.
    func begin(
        _ log: CommitLog, _ place: SubscriptionReader.Place, from start: RecordOffset,
        byteCount: Int
    ) {
        guard ahead == nil, start < place.limit else { return }
        let next = Ahead(start: start, state: Monitor(.waiting(takeBuffer())))
        let isTaken = threads.tryRun { [aheadReader, topic, state = next.state] in
            guard case .waiting(let buffer) = Self.take(state) else { return }
            let found = aheadReader.read(
                log, place, of: topic, from: start, byteCount: byteCount, into: buffer)
            state.withLock { $0 = .done(found) }
            state.notifyAll()
        }
        if isTaken {
            ahead = next
        } else if case .waiting(let buffer) = Self.take(next.state) {
            buffers.append(buffer)
        }
    }

    /// Gives the memory of a chunk back.
    func reuse(_ chunk: consuming RecordChunk) { buffers.append(chunk.buffer) }

    /// Waits for what was begun and not asked for.
    func drop() {
        if case .success(let chunk) = takeAhead() { reuse(chunk) }
    }

    private func takeAhead() -> Result<RecordChunk, BrokerError>? {
        defer { ahead = nil }
        return ahead?.state.wait { state in
            guard case .done(let result) = state else { return nil }
            state = .taken
            return result
        }
    }

    /// Moves out what is there, so that its memory has one owner.
    private static func take(_ state: Monitor<Ahead.State>) -> Ahead.State {
        state.withLock { state in
            defer { state = .taken }
            return state
        }
    }

    private func takeBuffer() -> RecordBuffer { buffers.popLast() ?? RecordBuffer() }
}
