package import Bytes
package import Records

/// A target that keeps no progress itself, with a store that does: a consumer group reading to
/// stdout.
///
/// Records are handed over before the positions are saved, so after a crash between the two they
/// are handed over again: at least once.
package final class TrackedTarget: Target {
    private let base: any Target
    private let store: any ProgressStore

    package init(_ base: any Target, progress store: any ProgressStore) {
        self.base = base
        self.store = store
    }

    package func restore() throws -> CommittedProgress? {
        _ = try base.restore()
        return try store.load()
    }

    package func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        try base.write(role, block, selection: selection)
    }

    package var pendingByteCount: Int { base.pendingByteCount }

    package func commit(
        positions: [SplitName: SourcePosition], state: [StateChange]
    ) throws {
        try base.commit(positions: positions, state: state)
        try store.save(positions: positions, state: state)
    }

    package func finish() throws { try base.finish() }

    package func close() throws { try base.close() }
}
