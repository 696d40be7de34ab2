package import Platform
package import Records

/// Why records could not be read.
package enum ReadError: ClassifiedError, Sendable, Equatable, CustomStringConvertible {
    case unknownPartition(PartitionID)
    /// The offset was removed already, or is not yet written.
    case offsetOutOfRange(RecordOffset, start: RecordOffset, end: RecordOffset)
    /// The stored bytes are not those that were written. Reading can go on at `next`.
    case damaged(Damage, next: RecordOffset)
    case inputOutput(IOError)
    case closed

    package var domain: ErrorDomain {
        switch self {
        case .unknownPartition, .offsetOutOfRange: .user
        case .damaged, .closed: .internal
        case .inputOutput: .external
        }
    }

    package var retry: RetryHint {
        switch self {
        case .unknownPartition, .offsetOutOfRange, .closed: .afterRefresh
        case .damaged: .never
        case .inputOutput(let error): error.retry
        }
    }

    package var description: String {
        switch self {
        case .unknownPartition(let id):
            "\(id) does not exist: its topic was deleted, or never created"
        case .offsetOutOfRange(let offset, let start, let end):
            "offset \(offset.rawValue) is not in the log: it holds \(start.rawValue) up to "
                + "\(end.rawValue) exclusive. Read from one of these."
        case .damaged(let damage, let next):
            "\(damage) Reading can go on at offset \(next.rawValue)."
        case .inputOutput(let error): error.description
        case .closed: "the log is closed: open it again"
        }
    }
}
