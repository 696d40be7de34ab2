import Synchronization

/// The answers of one connection in the order of its requests, between the task that reads and the
/// one that writes.
///
/// A full queue makes the reading task wait, so that the client's requests stay in its socket.
final class AnswerQueue: Sendable {
    /// An answer, and the bytes of the request that are held until it is there.
    typealias Element = (answer: Answer, requestByteCount: Int)

    private struct State {
        var answers: [Element] = []
        /// Answers that were taken and are not yet written.
        var beingWritten = 0
        /// Bytes of the requests of both.
        var requestByteCount = 0
        /// Those of the answer that is being written.
        var writtenByteCount = 0
        var isFinished = false
        /// The writing task has ended.
        var isAbandoned = false
        var writer: CheckedContinuation<Element?, Never>?
        /// The reading task, and with how many answers before it it goes on.
        var reader: (continuation: CheckedContinuation<Void, Never>, below: Int)?

        var count: Int { answers.count + beingWritten }

        /// The reading task, if it may go on.
        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            guard let waiting = reader, mayRead(below: waiting.below) else { return nil }
            reader = nil
            return waiting.continuation
        }

        func mayRead(below count: Int) -> Bool {
            if isAbandoned || self.count == 0 { return true }
            return self.count < count && requestByteCount < KafkaLimits.pendingByteCountMax
        }
    }
    private let countMax: Int
    /// Guards the state; continuations are resumed outside of it.
    private let state = Mutex(State())

    init(countMax: Int) { self.countMax = countMax }

    /// Adds an answer behind the others, when there is room.
    ///
    /// - Returns: false if nobody writes answers any more.
    func push(_ answer: Answer, requestByteCount: Int = 0) async -> Bool {
        await wait(below: countMax)
        let (isOpen, writer) = state.withLock {
            state -> (Bool, CheckedContinuation<Element?, Never>?) in
            if state.isAbandoned { return (false, nil) }
            state.requestByteCount += requestByteCount
            if let writer = state.writer {
                state.writer = nil
                state.beingWritten += 1
                state.writtenByteCount = requestByteCount
                return (true, writer)
            }
            state.answers.append((answer, requestByteCount))
            return (true, nil)
        }
        writer?.resume(returning: (answer, requestByteCount))
        return isOpen
    }

    /// Waits until all answers are written.
    func waitUntilWritten() async { await wait(below: 1) }

    /// No more answers will come.
    func finish() {
        let writer = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            state.isFinished = true
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume(returning: nil)
    }

    /// The next answer; the one before is written.
    ///
    /// - Returns: nil when there will be none.
    func next() async -> Element? {
        let reader = state.withLock { state in
            state.beingWritten = 0
            state.requestByteCount -= state.writtenByteCount
            state.writtenByteCount = 0
            return state.takeReader()
        }
        reader?.resume()
        return await withCheckedContinuation { continuation in
            let answer: Element?? = state.withLock { state in
                guard !state.answers.isEmpty else {
                    if state.isFinished { return .some(nil) }
                    state.writer = continuation
                    return nil
                }
                state.beingWritten = 1
                let first = state.answers.removeFirst()
                state.writtenByteCount = first.requestByteCount
                return first
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Answers are not written any more: the reading task need not wait.
    func abandon() {
        let reader = state.withLock { state in
            state.isAbandoned = true
            return state.takeReader()
        }
        reader?.resume()
    }

    private func wait(below count: Int) async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.mayRead(below: count) { return true }
                state.reader = (continuation, count)
                return false
            }
            if goesOn { continuation.resume() }
        }
    }
}
