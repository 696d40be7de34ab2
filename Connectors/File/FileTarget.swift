package import Bytes
import Platform
package import Records
import SystemPackage

/// Records into a file, and late and dead-lettered ones into others.
///
/// With a progress store the pipeline can be resumed: a commit makes the files durable first and
/// then saves their lengths with the positions, so that a crash between the two leaves only output
/// that ``restore()`` cuts off.
package final class FileTarget: Target {
    private let main: OutputFile
    private let side: SideOutputs
    private let store: (any ProgressStore)?

    /// Keys of the files' lengths in the stored state; no operator's key begins with these bytes.
    private static let keyPrefix = [UInt8]([0xFF]) + Array("output-length/".utf8)

    /// Writes to outputs that are open: resumable ones exactly if there is a store.
    ///
    /// Without a store each output is written as a whole, and nothing can be resumed.
    package init(_ main: OutputFile, side: SideOutputs = SideOutputs(), store: (any ProgressStore)?)
    {
        self.main = main
        self.side = side
        self.store = store
    }

    private var outputs: [(role: OutputRole, file: OutputFile)] { [(.main, main)] + side.all }

    /// Records of a side role that were taken, whether or not there is a file for them.
    package func count(of role: OutputRole) -> Int64 { side.count(of: role) }

    package func restore() throws -> CommittedProgress? {
        guard let store else { return nil }
        let progress = try store.load()
        for (role, file) in outputs {
            guard let progress else {
                try file.restore(to: nil)
                continue
            }
            let key = Self.key(of: role)
            let change = progress.state.first { $0.key == key }
            guard let length = change.flatMap(Self.length) else {
                throw TargetError.foreignProgress(path: file.path)
            }
            try file.restore(to: length)
        }
        return progress.map { progress in
            CommittedProgress(
                positions: progress.positions,
                state: progress.state.filter { !$0.key.starts(with: Self.keyPrefix) })
        }
    }

    package func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        switch role {
        case .main: try main.write(block, selection: selection)
        case .late, .deadLetter: try side.write(role, block, selection: selection)
        }
    }

    package var pendingByteCount: Int { main.pendingByteCount + side.pendingByteCount }

    package func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        var state = state
        for (role, file) in outputs {
            let length = try file.commit()
            var value: [UInt8] = []
            value.append(bigEndian: length)
            state.append(StateChange(key: Self.key(of: role), value: value))
        }
        try store?.save(positions: positions, state: state)
    }

    package func finish() throws {
        try main.finish()
        try side.finish()
    }

    package func close() throws {
        defer { try? side.close() }  // The main output's error is the one to tell.
        try main.close()
    }

    private static func key(of role: OutputRole) -> [UInt8] {
        keyPrefix + [UInt8(truncatingIfNeeded: role.rawValue)]
    }

    private static func length(_ change: StateChange) -> Int64? {
        guard let value = change.value, value.count == MemoryLayout<Int64>.size else { return nil }
        let length = value.rawSpan.bigEndian(at: 0, as: Int64.self)
        return length >= 0 ? length : nil
    }
}
