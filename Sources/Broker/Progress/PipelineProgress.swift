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
        try progress(ofPipeline: name, after: nil, stateByteCountMax: .max)?.progress
    }

    /// A part of what a pipeline committed last, or nil.
    ///
    /// - Parameters:
    ///   - name: the pipeline.
    ///   - key: the last key of the part before; nil to begin. Only the first part has positions.
    ///   - stateByteCountMax: the change of the state that exceeds it is the part's last one.
    /// - Returns: the part, and whether it is the last one.
    /// - Throws: `.damagedState`.
    package func progress(
        ofPipeline name: String, after key: [UInt8]?, stateByteCountMax: Int
    ) throws(BrokerError) -> (progress: PipelineProgress, isComplete: Bool)? {
        let prefix = StateKey.make(name)
        var progress = CommittedProgress()
        if key == nil { progress.positions = try positions(ofPipeline: name, prefix) }
        let (entries, isComplete) = log.entries(
            table: StateTable.pipelineState.rawValue, prefix: prefix,
            after: key.map { prefix + $0 },
            byteCountMax: stateByteCountMax)
        progress.state = entries.map { entry in
            StateChange(key: Array(entry.key[prefix.count...]), value: entry.value)
        }
        guard key != nil || !progress.positions.isEmpty || !progress.state.isEmpty else {
            return nil
        }
        var keylessCount = Int64(0)
        if let total = log.value(table: StateTable.pipelineTotals.rawValue, key: prefix) {
            var cursor = ByteCursor(total.rawSpan)
            guard let count = cursor.integer(Int64.self) else {
                throw .damagedState(table: "pipeline", key: name)
            }
            keylessCount = count
        }
        return (PipelineProgress(committed: progress, keylessCount: keylessCount), isComplete)
    }

    private func positions(
        ofPipeline name: String, _ prefix: [UInt8]
    ) throws(BrokerError) -> [SplitName: SourcePosition] {
        var found: [SplitName: SourcePosition] = [:]
        let positions = log.entries(table: StateTable.pipelinePositions.rawValue, prefix: prefix)
        for entry in positions {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard cursor.text() == name, let split = cursor.text(), cursor.isAtEnd else {
                throw .damagedState(table: "pipeline", key: name)
            }
            found[SplitName(split)] = SourcePosition(bytes: entry.value)
        }
        return found
    }

    /// Whether a pipeline of that name has committed something.
    package func hasProgress(ofPipeline name: String) -> Bool {
        let prefix = StateKey.make(name)
        return [StateTable.pipelinePositions, .pipelineState].contains { table in
            let first = log.entries(
                table: table.rawValue, prefix: prefix, after: nil, byteCountMax: 0)
            return !first.found.isEmpty
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
