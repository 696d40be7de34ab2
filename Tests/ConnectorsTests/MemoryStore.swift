@testable import Connectors

/// A progress store that outlives a simulated crash.
final class MemoryStore: ProgressStore {
    private var positions: [SplitName: SourcePosition]?
    private var state: [[UInt8]: [UInt8]] = [:]
    /// Fails the next save, before it does anything.
    var failsNext = false

    struct Failure: Error {}

    func load() -> CommittedProgress? {
        positions.map {
            CommittedProgress(
                positions: $0, state: state.map { StateChange(key: $0.key, value: $0.value) })
        }
    }

    func save(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        if failsNext {
            failsNext = false
            throw Failure()
        }
        self.positions = positions
        for change in state { self.state[change.key] = change.value }
    }
}
