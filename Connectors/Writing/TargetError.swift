package import Platform
package import SystemPackage

/// Why a target cannot take records: what, where, what to do next.
package enum TargetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reader of standard output, or of another pipe, wants no more (`| head`). No failure:
    /// commands end quietly with exit code 0.
    case closedByReader
    /// The system refused: no space, no permission, a disk fault.
    case inputOutput(IOError)
    /// Another process is writing the same output.
    case inUse(path: FilePath)
    /// The output is shorter than what was committed of it.
    case shorterThanCommitted(path: FilePath, committed: Int64, found: Int64)
    /// A resumable output must be a regular file, because it is cut when it is resumed.
    case notResumable(path: FilePath)
    /// The stored progress says nothing of this output.
    case foreignProgress(path: FilePath)
    /// The compressor failed; only a fault of the program or of the memory can cause it.
    case compression(path: FilePath, reason: String)

    /// Classifies a failed call.
    init(_ error: IOError) {
        self = error.failure == .brokenPipe ? .closedByReader : .inputOutput(error)
    }

    package var description: String {
        switch self {
        case .closedByReader: "the reader of the output has closed it; nothing more was written."
        case .inputOutput(let error): error.description
        case .inUse(let path):
            "\(path.string) is being written by another process. "
                + "Wait for its end, or choose another name."
        case .shorterThanCommitted(let path, let committed, let found):
            "\(path.string) has \(found) bytes, but \(committed) were committed. It was replaced "
                + "or cut: restore it, or start over without stored progress (--restart)."
        case .notResumable(let path):
            "\(path.string) is not a regular file, so that writing could not be resumed. "
                + "Name a regular file, or write without stored progress."
        case .foreignProgress(let path):
            "the stored progress says nothing of \(path.string): it was made with another output. "
                + "Name that output again, or start over without stored progress (--restart)."
        case .compression(let path, let reason):
            "\(path.string): the data cannot be compressed (\(reason)). Write uncompressed."
        }
    }
}
