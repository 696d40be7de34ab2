import Bytes
import Records

/// The outputs beside the main one: late and dead-lettered records, each to its own file if there
/// is one, else only counted.
package final class SideOutputs {
    private var files: [OutputFile?]
    private var counts: [Int64]

    /// - Parameter files: by role; ``OutputRole/main`` is not among them.
    package init(_ files: [OutputRole: OutputFile] = [:]) {
        precondition(files[.main] == nil, "the main output is no side output")
        self.files = OutputRole.allCases.map { files[$0] }
        counts = OutputRole.allCases.map { _ in 0 }
    }

    /// Records of a role that were taken, whether or not there is a file for them.
    package func count(of role: OutputRole) -> Int64 { counts[role.rawValue] }

    /// The roles that have files, and those.
    var all: [(role: OutputRole, file: OutputFile)] {
        OutputRole.allCases.compactMap { role in files[role.rawValue].map { (role, $0) } }
    }

    var pendingByteCount: Int { all.reduce(0) { $0 + $1.file.pendingByteCount } }

    func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        counts[role.rawValue] += Int64(selection.count)
        try files[role.rawValue]?.write(block, selection: selection)
    }

    func flush() throws {
        for (_, file) in all { try file.commit() }
    }

    func finish() throws {
        for (_, file) in all { try file.finish() }
    }

    /// Closes every file, also when one cannot be closed; the first error is thrown.
    func close() throws {
        var failure: (any Error)?
        for (_, file) in all {
            do { try file.close() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
