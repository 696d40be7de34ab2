import Bytes
import Platform

/// Takes a worker's acknowledgements from its pipe as they come.
final class TortureInbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isEnded = false
    }
    private let state = Monitor(State())
    private let thread: WorkerThread?

    init(_ child: ChildProcess) {
        let state = state
        thread = WorkerThread(name: "sluice-inbox") {
            var piece: [UInt8] = []
            while let count = try? child.output.readNext(into: &piece, count: 64 << 10), count > 0 {
                state.withLock { $0.bytes += piece }
                state.notifyAll()
                piece.removeAll(keepingCapacity: true)
            }
            state.withLock { $0.isEnded = true }
            state.notifyAll()
        }
    }

    /// Waits for the first acknowledgement; false if there is none.
    func waitForFirst(_ timeout: Duration) -> Bool {
        let answer = state.wait(timeout: timeout) { state -> Bool? in
            if !state.bytes.isEmpty { return true }
            return state.isEnded ? false : nil
        }
        return answer ?? false
    }

    /// Waits until the worker has ended or the time has passed.
    func waitForEnd(_ timeout: Duration) {
        _ = state.wait(timeout: timeout) { $0.isEnded ? true : nil }
    }

    /// Everything that was acknowledged; waits for the end of the pipe.
    func outcomes() -> [TortureFrameID: TortureLife.Outcome] {
        thread?.join()
        return outcomesSoFar()
    }

    /// What has been acknowledged up to now.
    func outcomesSoFar() -> [TortureFrameID: TortureLife.Outcome] {
        let bytes = state.withLock { $0.bytes }
        var outcomes: [TortureFrameID: TortureLife.Outcome] = [:]
        var position = 0
        while let message = TortureMessage(parsing: bytes.rawSpan, at: position) {
            outcomes[message.id] = message.outcome
            position += TortureMessage.byteCount
        }
        return outcomes
    }
}
