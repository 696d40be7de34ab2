import Synchronization

/// What one connection has taken of a ``MemoryBudget``.
///
/// Whatever becomes of the connection, ``close()`` gives everything back, once.
final class MemoryAccount: Sendable {
    private struct State {
        var held = 0
        /// Of an answer that is being made: taken before its size is known.
        var reserved = 0
        var isClosed = false
        var onGive: (@Sendable () -> Void)?
    }

    let budget: MemoryBudget
    /// Guards the state; the budget is told outside of it.
    private let state = Mutex(State())

    init(_ budget: MemoryBudget) { self.budget = budget }

    /// Bytes that are held.
    var held: Int { state.withLock { $0.held } }

    /// Has `wake` called whenever bytes are given back, until the account is closed.
    func onGive(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.onGive = wake } }

    /// Takes bytes that are there already.
    func take(_ count: Int) {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.held += count
            return true
        }
        if isOpen { budget.take(count) }
    }

    /// Gives bytes back.
    func give(_ count: Int) {
        let (count, left, wake) = state.withLock { state in
            let given = min(count, state.held)
            state.held -= given
            return (given, state.held, state.onGive)
        }
        budget.give(count)
        // Not before: what the next one takes beyond the budget would come on top of it.
        if budget.isFavoured(self), left <= KafkaLimits.unbudgetedByteCount || budget.room > 0 {
            budget.endFavour(self)
        }
        wake?()
    }

    /// Takes room for an answer whose size is not known, at most `most`.
    ///
    /// - Returns: how many bytes; nil if fewer than `least` are left.
    func reserve(upTo most: Int, atLeast least: Int) -> Int? {
        guard let count = budget.take(upTo: most, atLeast: least) else { return nil }
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.reserved += count
            return true
        }
        guard isOpen else {
            budget.give(count)
            return nil
        }
        return count
    }

    /// Says how many of the reserved bytes were needed; more may have been.
    func settle(reserved: Int, needed: Int) {
        let difference = state.withLock { state in
            guard !state.isClosed else { return 0 }
            state.reserved += needed - reserved
            return needed - reserved
        }
        change(by: difference)
    }

    /// The answer is whole: holds its bytes instead of what was reserved for it.
    func hold(answerOf count: Int) {
        let difference = state.withLock { state in
            guard !state.isClosed else { return 0 }
            defer { state.reserved = 0 }
            state.held += count
            return count - state.reserved
        }
        change(by: difference)
    }

    /// Gives everything back and takes nothing any more.
    func close() {
        let (count, wake) = state.withLock { state in
            defer {
                state = State()
                state.isClosed = true
            }
            return (state.held + state.reserved, state.onGive)
        }
        budget.give(count)
        budget.endFavour(self)
        wake?()
    }

    private func change(by difference: Int) {
        if difference > 0 { budget.take(difference) } else { budget.give(-difference) }
    }
}
