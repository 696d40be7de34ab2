import Bytes
import Platform
import SystemPackage

/// An open commit-log file.
///
/// Readers keep a reference while they read, so removing the file takes nothing away from them.
final class CommitFile: Sendable {
    /// Log position of its first frame.
    let start: LogPosition
    let file: File

    init(start: LogPosition, file: consuming File) {
        self.start = start
        self.file = file
    }

    /// Position in the file of a log position.
    func filePosition(of position: LogPosition) -> Int64 {
        position.rawValue - start.rawValue + Int64(FileHeader.At.end)
    }

    /// Whether the file says, behind its last frame, that the log goes on in a file that begins
    /// there: it ends in that file's header.
    func goesOn(at end: LogPosition) throws(IOError) -> Bool {
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: FileHeader.At.end, at: filePosition(of: end))
        let header = try? FileHeader(parsing: bytes.rawSpan, expecting: .commit)
        return header?.base == end.rawValue
    }

    /// Why the file does not begin with its own header; nil if it does.
    func headerProblem() throws(IOError) -> String? {
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: FileHeader.At.end, at: 0)
        do throws(FileHeader.Problem) {
            let header = try FileHeader(parsing: bytes.rawSpan, expecting: .commit)
            return header.base == start.rawValue
                ? nil : "the file's header names another position"
        } catch {
            return error.reason
        }
    }
}
