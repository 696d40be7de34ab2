import Platform
import Synchronization

/// What is left to do when a log is closed, and whether it is done.
final class LogEnding: Sendable {
    private struct State: ~Copyable {
        var hasBegun = false
        var lock: DirectoryLock?
        var problem: AppendError?
    }
    /// Guards the end; no lock is taken inside.
    private let state: Mutex<State>

    init(lock: consuming DirectoryLock) { state = Mutex(State(lock: lock)) }

    /// True for the one caller who closes.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
    }

    func writerEnded(_ problem: AppendError?) { state.withLock { $0.problem = problem } }

    var problem: AppendError? { state.withLock { $0.problem } }

    /// Gives the directory back; the kernel does it too when the process ends.
    func releaseLock() {
        state.withLock { $0.lock = nil }
    }
}
