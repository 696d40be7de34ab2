import Bytes
import CommitLog
package import Connectors

/// The stored progress of a named pipeline: where its sources go on, and its state.
package struct PipelineProgress: Sendable, Equatable {
    package var committed: CommittedProgress
    /// Records without a key that the pipeline has written in its life.
    package var keylessCount: Int64

    package init(committed: CommittedProgress, keylessCount: Int64) {
        self.committed = committed
        self.keylessCount = keylessCount
    }

    static func entries(
        _ name: String, positions: [SplitName: SourcePosition], state: [StateChange]
    ) -> [FrameEntry] {
        var entries: [FrameEntry] = []
        for (split, position) in positions.sorted(by: { $0.key < $1.key }) {
            entries.append(
                .put(
                    table: StateTable.pipelinePositions.rawValue,
                    key: StateKey.make(name, split.text), value: position.bytes))
        }
        for change in state {
            let key = StateKey.make(name, own: change.key)
            if let value = change.value {
                entries.append(
                    .put(table: StateTable.pipelineState.rawValue, key: key, value: value))
            } else {
                entries.append(.remove(table: StateTable.pipelineState.rawValue, key: key))
            }
        }
        return entries
    }
}

extension Broker {
    /// What a pipeline committed last, or nil.
    package func progress(ofPipeline name: String) throws(BrokerError) -> PipelineProgress? {
        let prefix = StateKey.make(name)
        var progress = CommittedProgress()
        let positions = log.entries(table: StateTable.pipelinePositions.rawValue, prefix: prefix)
        for entry in positions {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard cursor.text() == name, let split = cursor.text(), cursor.isAtEnd else {
                throw .damagedState(table: "pipeline", key: name)
            }
            progress.positions[SplitName(split)] = SourcePosition(bytes: entry.value)
        }
        for entry in log.entries(table: StateTable.pipelineState.rawValue, prefix: prefix) {
            progress.state.append(
                StateChange(key: Array(entry.key[prefix.count...]), value: entry.value))
        }
        guard !progress.positions.isEmpty || !progress.state.isEmpty else { return nil }
        var keylessCount = Int64(0)
        if let total = log.value(table: StateTable.pipelineTotals.rawValue, key: prefix) {
            var cursor = ByteCursor(total.rawSpan)
            guard let count = cursor.integer(Int64.self) else {
                throw .damagedState(table: "pipeline", key: name)
            }
            keylessCount = count
        }
        return PipelineProgress(committed: progress, keylessCount: keylessCount)
    }

    /// Whether a pipeline of that name has committed something.
    package func hasProgress(ofPipeline name: String) -> Bool {
        let prefix = StateKey.make(name)
        return [StateTable.pipelinePositions, .pipelineState].contains {
            !log.entries(table: $0.rawValue, prefix: prefix).isEmpty
        }
    }

    /// Forgets a pipeline's progress: it starts anew.
    package func resetPipeline(_ name: String) throws(BrokerError) {
        let prefix = StateKey.make(name)
        try append([
            .removePrefix(table: StateTable.pipelinePositions.rawValue, prefix: prefix),
            .removePrefix(table: StateTable.pipelineState.rawValue, prefix: prefix),
            .removePrefix(table: StateTable.pipelineTotals.rawValue, prefix: prefix),
        ])
    }
}

/// Progress in the log for a target outside it: a file that an export writes.
package final class LogProgressStore: ProgressStore {
    private let broker: any BrokerAccess
    private let name: String

    package init(_ broker: any BrokerAccess, pipeline: String) {
        self.broker = broker
        name = pipeline
    }

    package func load() throws -> CommittedProgress? {
        try broker.progress(ofPipeline: name)?.committed
    }

    package func save(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        var commit = PipelineCommit(pipeline: name)
        (commit.positions, commit.state) = (positions, state)
        try broker.commit(commit)
    }
}
