import Synchronization

/// Counts the connections that are open.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let open = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Whether one more may come; if so it is counted until ``leave()``.
    func enter() -> Bool {
        if open.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    func leave() { open.wrappingSubtract(1, ordering: .relaxed) }
}
