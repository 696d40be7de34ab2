package import SystemPackage

/// What went wrong in a system call: each `errno` that has its own remedy is a case.
///
/// Source of the meanings: errno(3) and the ERRORS section of each call's page.
package enum IOFailure: Equatable, Sendable {
    case notFound
    case alreadyExists
    case permissionDenied
    case isDirectory
    case notDirectory
    case directoryNotEmpty
    case nameTooLong
    case noSpace
    case quotaExceeded
    case fileTooLarge
    case tooManyOpenFiles
    case noMemory
    case readOnly
    case inputOutput
    case brokenPipe
    case wouldBlock
    case interrupted
    /// A stop signal came while the program waited.
    case stopped
    /// The program was started without this stream.
    case notOpen
    case unsupported
    case crossesFileSystems
    case other(Errno)

    /// Classifies an `errno`.
    package init(_ errno: Errno) {
        self =
            switch errno {
            case .noSuchFileOrDirectory: .notFound
            case .fileExists: .alreadyExists
            case .permissionDenied, .notPermitted: .permissionDenied
            case .isDirectory: .isDirectory
            case .notDirectory: .notDirectory
            case .directoryNotEmpty: .directoryNotEmpty
            case .fileNameTooLong: .nameTooLong
            case .noSpace: .noSpace
            case .diskQuotaExceeded: .quotaExceeded
            case .fileTooLarge: .fileTooLarge
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: .tooManyOpenFiles
            case .noMemory: .noMemory
            case .readOnlyFileSystem: .readOnly
            case .ioError: .inputOutput
            case .brokenPipe: .brokenPipe
            case .wouldBlock, .resourceTemporarilyUnavailable: .wouldBlock
            case .interrupted: .interrupted
            case .canceled: .stopped
            case .badFileDescriptor: .notOpen
            case .notSupported, .notSupportedOnSocket, .noFunction: .unsupported
            case .improperLink: .crossesFileSystems
            default: .other(errno)
            }
    }

    /// Whether the disk has no room for more: the state before the call can be restored, and the
    /// call can succeed once somebody makes room.
    package var isOutOfSpace: Bool { self == .noSpace || self == .quotaExceeded }

    /// Whether the name is wrong or the machine.
    package var domain: ErrorDomain {
        switch self {
        case .notFound, .alreadyExists, .permissionDenied, .isDirectory, .notDirectory,
            .directoryNotEmpty, .nameTooLong, .notOpen, .crossesFileSystems:
            .user
        case .noSpace, .quotaExceeded, .fileTooLarge, .tooManyOpenFiles, .noMemory, .readOnly,
            .inputOutput, .brokenPipe, .wouldBlock, .interrupted, .stopped, .unsupported, .other:
            .external
        }
    }

    /// Whether the same call can succeed later.
    package var retry: RetryHint {
        switch self {
        case .noSpace, .quotaExceeded, .tooManyOpenFiles, .noMemory, .wouldBlock, .interrupted:
            .afterBackoff
        case .notFound, .alreadyExists, .permissionDenied, .isDirectory, .notDirectory,
            .directoryNotEmpty, .nameTooLong, .fileTooLarge, .readOnly, .inputOutput, .brokenPipe,
            .stopped, .notOpen, .unsupported, .crossesFileSystems, .other:
            .never
        }
    }

    /// What is wrong, as a clause.
    var phrase: String {
        switch self {
        case .notFound: "it does not exist"
        case .alreadyExists: "it exists already"
        case .permissionDenied: "permission denied"
        case .isDirectory: "it is a directory"
        case .notDirectory: "a part of the path is not a directory"
        case .directoryNotEmpty: "the directory is not empty"
        case .nameTooLong: "the name is too long for the file system"
        case .noSpace: "no space left on the disk"
        case .quotaExceeded: "the disk quota of this user is used up"
        case .fileTooLarge: "it is larger than is read of such a file, or than can be written"
        case .tooManyOpenFiles: "too many open files"
        case .noMemory: "the system is out of memory"
        case .readOnly: "the file system is mounted read-only"
        case .inputOutput: "the disk reported an input/output error"
        case .brokenPipe: "the reader has closed the pipe"
        case .wouldBlock: "it would have to wait"
        case .interrupted: "a signal interrupted the call"
        case .stopped: "the program was asked to stop"
        case .notOpen: "it is not open"
        case .unsupported: "the file system does not support it"
        case .crossesFileSystems: "source and target are on different file systems"
        case .other(let errno): errno.description
        }
    }

    /// What to do next, as a sentence.
    var remedy: String {
        switch self {
        case .notFound: "Check the path."
        case .alreadyExists: "Choose another name, or remove it."
        case .permissionDenied: "Run as a user who may, or change its owner or mode."
        case .isDirectory: "Name a file."
        case .notDirectory: "Check each part of the path."
        case .directoryNotEmpty: "Empty it first."
        case .nameTooLong: "Choose a shorter name."
        case .noSpace: "Free some space, then repeat."
        case .quotaExceeded: "Raise the quota or remove files, then repeat."
        case .fileTooLarge: "Check that it is the right file; to write more, raise `ulimit -f`."
        case .tooManyOpenFiles: "Raise `ulimit -n`, then repeat."
        case .noMemory: "Stop other programs, then repeat."
        case .readOnly: "Remount it writable (a disk fault may have made it read-only: see dmesg)."
        case .inputOutput: "Look at `dmesg` and the disk's health; restore from a copy if it fails."
        case .brokenPipe: "Nothing is wrong if the reader wanted no more."
        case .wouldBlock, .interrupted, .stopped: "Repeat."
        case .notOpen: "If it is a standard stream, start the program with it open."
        case .unsupported: "Use another file system."
        case .crossesFileSystems: "Keep both on one file system."
        case .other: "See the manual page."
        }
    }
}
