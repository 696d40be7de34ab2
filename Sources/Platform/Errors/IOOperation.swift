/// The system calls that the file contracts make, by the manual page that documents their errors.
package enum IOOperation: String, Sendable, CaseIterable {
    case open, read, write, synchronizeData, synchronize, preallocate, size, truncate, close
    case rename, remove, list, createDirectory, synchronizeDirectory, lock, status

    /// The manual page whose ERRORS section lists what the call can answer.
    package var manualPage: String {
        switch self {
        case .open: "open(2)"
        case .read: "pread(2)"
        case .write: "pwritev(2)"
        case .synchronizeData, .synchronize, .synchronizeDirectory: "fsync(2)"
        case .preallocate: "fallocate(2)"
        case .size, .status: "stat(2)"
        case .truncate: "ftruncate(2)"
        case .close: "close(2)"
        case .rename: "rename(2)"
        case .remove: "unlink(2)"
        case .list: "readdir(3)"
        case .createDirectory: "mkdir(2)"
        case .lock: "flock(2)"
        }
    }

    /// What was attempted, as a clause for a message: "cannot … PATH".
    package var phrase: String {
        switch self {
        case .open: "open"
        case .read: "read"
        case .write: "write to"
        case .synchronizeData, .synchronize, .synchronizeDirectory: "make durable"
        case .preallocate: "reserve space for"
        case .size, .status: "look up"
        case .truncate: "change the length of"
        case .close: "close"
        case .rename: "rename"
        case .remove: "remove"
        case .list: "list"
        case .createDirectory: "create the directory"
        case .lock: "lock"
        }
    }
}
