import Bytes
import Connectors
import Records

/// A target in memory that keeps its progress, and that can be killed after a commit.
final class MemoryTarget: Target {
    /// What the pipeline meets when it is killed.
    struct Killed: Error {}

    /// A record as text.
    struct Output: Equatable {
        var timestamp: Int64
        var key: String?
        var value: String
        var headers: [String: String]
    }

    private(set) var committed: [OutputRole: [Output]] = [:]
    private var pending: [OutputRole: [Output]] = [:]
    private(set) var pendingByteCount = 0
    private var positions: [SplitName: SourcePosition]?
    private var state: [[UInt8]: [UInt8]] = [:]
    private(set) var commitCount = 0
    /// The commit after which everything fails; nil for none.
    var killedAfter: Int?

    /// The committed values of a role.
    func values(_ role: OutputRole = .main) -> [String] {
        committed[role, default: []].map(\.value)
    }

    /// Number of keys in the committed state.
    var stateCount: Int { state.count }

    func restore() throws -> CommittedProgress? {
        pending = [:]
        pendingByteCount = 0
        guard let positions else { return nil }
        return CommittedProgress(
            positions: positions,
            state: state.sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map { StateChange(key: $0.key, value: $0.value) })
    }

    func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        try checkAlive()
        if role == .main { writeCount += 1 }
        for row in selection.rows { append(role, block, Int(row)) }
    }

    private func append(_ role: OutputRole, _ block: borrowing RecordBlock, _ row: Int) {
        var headers: [String: String] = [:]
        var cursor = block.headers(row)
        while let header = cursor.next() {
            let name = text(block.bytes.slice(header.nameStart, count: header.nameCount))
            headers[name] = text(
                block.bytes.slice(header.valueStart, count: max(0, header.valueCount)))
        }
        var key: String?
        if let bytes = block.key(row) { key = text(bytes) }
        var value = "<null>"
        if let bytes = block.value(row) { value = text(bytes) }
        pendingByteCount += value.utf8.count
        pending[role, default: []].append(
            Output(
                timestamp: block.rows[row].timestamp, key: key, value: value, headers: headers))
    }

    private func text(_ bytes: RawSpan) -> String {
        String(decoding: [UInt8](copying: bytes), as: UTF8.self)
    }

    func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        try checkAlive()
        for (role, outputs) in pending { committed[role, default: []] += outputs }
        pending = [:]
        pendingByteCount = 0
        self.positions = positions
        for change in state { self.state[change.key] = change.value }
        commitCount += 1
    }

    private func checkAlive() throws {
        if let killedAfter, commitCount >= killedAfter { throw Killed() }
    }

    /// Number of writes of results.
    private(set) var writeCount = 0
    private(set) var isFinished = false

    func finish() throws { isFinished = true }

    func close() throws {}
}
