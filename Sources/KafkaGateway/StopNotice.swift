import Synchronization

/// Tells requests that wait for something that the server stops.
final class StopNotice: Sendable {
    private struct State {
        var isStopped = false
        var next = 0
        var wakers: [Int: @Sendable () -> Void] = [:]
    }
    /// Guards the wakers, which are called outside of it.
    private let state = Mutex(State())

    /// Whether the server stops: nothing is waited for any more.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Has `wake` called when the server stops; at once if it does so already.
    func register(_ wake: @escaping @Sendable () -> Void) -> Int {
        let (number, isStopped) = state.withLock { state in
            state.next += 1
            if !state.isStopped { state.wakers[state.next] = wake }
            return (state.next, state.isStopped)
        }
        if isStopped { wake() }
        return number
    }

    func cancel(_ number: Int) { state.withLock { _ = $0.wakers.removeValue(forKey: number) } }

    func stop() {
        let wakers = state.withLock { state in
            state.isStopped = true
            defer { state.wakers = [:] }
            return Array(state.wakers.values)
        }
        for wake in wakers { wake() }
    }
}
