package import Platform
package import SystemPackage

/// Why a data directory could not be opened.
package enum OpenError: ClassifiedError, Sendable, CustomStringConvertible {
    case locked(LockError)
    case inputOutput(IOError)
    /// The file `FORMAT` names another version than this program writes.
    case unsupportedFormat(FilePath, found: String)
    /// The directory holds other files, so it is not a data directory.
    case notADataDirectory(FilePath, found: String)
    /// Damage that leaves nothing to stand on: no snapshot is whole, or the log before the oldest
    /// frame is missing.
    case damaged(Damage)
    /// The system has no room for the log's threads.
    case noThread

    package var domain: ErrorDomain {
        switch self {
        case .locked, .noThread: .external
        case .inputOutput(let error): error.domain
        case .unsupportedFormat, .notADataDirectory: .user
        case .damaged: .internal
        }
    }

    package var retry: RetryHint {
        switch self {
        case .locked(let error): error.retry
        case .inputOutput(let error): error.retry
        case .unsupportedFormat, .notADataDirectory, .damaged: .never
        case .noThread: .afterBackoff
        }
    }

    package var description: String {
        switch self {
        case .locked(let error): error.description
        case .inputOutput(let error): error.description
        case .unsupportedFormat(let path, let found):
            "\(path.string) says \"\(found)\"; this program reads format \(FormatFile.version). "
                + "Use the version of sluice that wrote the directory, or a newer one."
        case .notADataDirectory(let path, let found):
            "\(path.string) is not a data directory of sluice: it holds \(found) and no file FORMAT. "
                + "Name an empty or new directory."
        case .damaged(let damage): damage.description
        case .noThread: "no more threads can be started. Raise `ulimit -u`, then repeat."
        }
    }
}
