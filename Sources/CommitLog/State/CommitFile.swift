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
    /// What every frame of the file bears: 0, or a random number if the file is made of a sealed
    /// one, so that nothing that lay in it before can be taken for a frame of it.
    let tag: UInt32

    /// Whether other bytes than zeros may lie behind the last frame; see ``CommitFileMaker``.
    var isRenewed: Bool { tag != 0 }

    /// A file that has just been made.
    init(start: LogPosition, file: consuming File, tag: UInt32) {
        self.start = start
        self.file = file
        self.tag = tag
    }

    /// A file that is there; its tag is that of its header or, if that one is damaged, of the first
    /// frame that is not.
    init(start: LogPosition, opened file: consuming File) throws(IOError) {
        self.start = start
        switch try Self.header(of: file) {
        case .success(let header): tag = header.generation
        case .failure: tag = try Self.tagOfFrames(in: file, from: start)
        }
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
        switch try Self.header(of: file) {
        case .success(let header):
            header.base == start.rawValue ? nil : "the file's header names another position"
        case .failure(let problem): problem.reason
        }
    }

    private static func tagOfFrames(
        in file: borrowing File, from start: LogPosition
    ) throws(IOError) -> UInt32 {
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: LogLimits.scanByteCount, at: Int64(FileHeader.At.end))
        var place = 0
        while place + FrameHeader.At.end <= bytes.count {
            let found = bytes.rawSpan.slice(place, count: bytes.count - place)
            let tag: UInt32 = found.littleEndian(at: FrameHeader.At.tag)
            if FrameHeader(parsing: found, at: start.advanced(by: place), tag: tag) != nil {
                return tag
            }
            place += FrameHeader.alignment
        }
        return 0
    }

    /// The header that a file begins with, or why it is none of a commit-log file.
    static func header(
        of file: borrowing File
    ) throws(IOError) -> Result<FileHeader, FileHeader.Problem> {
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: FileHeader.At.end, at: 0)
        do throws(FileHeader.Problem) {
            return .success(try FileHeader(parsing: bytes.rawSpan, expecting: .commit))
        } catch {
            return .failure(error)
        }
    }
}
