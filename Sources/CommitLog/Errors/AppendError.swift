package import Platform
package import Records

/// Why a frame was not appended.
///
/// Nothing of it is stored, except where the case says otherwise.
package enum AppendError: ClassifiedError, Sendable, Equatable, CustomStringConvertible {
    case unknownPartition(PartitionID)
    /// The topic has a partition with this index already.
    case partitionExists(topic: String, index: Int32)
    /// Identities ascend; `next` is the lowest that is free.
    case identityUsed(PartitionID, next: PartitionID)
    case invalidTopic(String)
    /// A batch of entry `entry`, `position` bytes into the entry.
    case invalidBatch(entry: Int, position: Int, BatchError)
    case emptyFrame
    case invalidOption(InvalidPartitionOption)
    /// Records can be removed only up to the partition's end.
    case removalBeyondEnd(PartitionID, offset: RecordOffset, end: RecordOffset)
    case limit(name: String, found: Int, limit: Int)
    /// The partition has come to the end of the 63-bit offsets.
    case offsetsExhausted(PartitionID)
    /// Batches of a producer are missing before this one, or it is an older one than those that are
    /// remembered.
    case outOfOrderSequence(PartitionID, producerID: Int64, expected: Int32, found: Int32)
    /// The producer's identity has a later epoch: another one has taken its place.
    case fencedProducer(PartitionID, producerID: Int64, epoch: Int16, current: Int16)
    /// Some batches of the frame are retries of what is there and others are not.
    case repeatedInPart
    /// The disk is full or the quota used up; appending goes on when there is space.
    case noSpace(IOError)
    /// The next commit-log file could not be made; appending goes on when it can.
    case unavailable(IOError)
    /// The disk failed before the frame was durable. The log takes no more frames: what the disk
    /// holds is known only after a restart, and this frame may turn out to be there.
    case poisoned(IOError)
    /// The log was opened with damage that a new frame could cover up.
    case fenced(Damage)
    case closed
    /// The log was to be closed, and the disk has not answered for so long. What was not
    /// acknowledged may be stored or not; the directory stays taken until the disk answers.
    case notAnswering(waited: Duration)

    package var domain: ErrorDomain {
        switch self {
        case .unknownPartition, .partitionExists, .identityUsed, .invalidTopic, .invalidBatch,
            .emptyFrame, .invalidOption, .removalBeyondEnd, .limit, .offsetsExhausted,
            .outOfOrderSequence, .fencedProducer, .repeatedInPart:
            .user
        case .noSpace, .unavailable, .poisoned, .notAnswering: .external
        case .fenced, .closed: .internal
        }
    }

    /// Whether to try the same frame again: unchanged after a while, or once the topic was looked
    /// up or the log opened again.
    package var retry: RetryHint {
        switch self {
        case .noSpace, .unavailable: .afterBackoff
        case .unknownPartition, .partitionExists, .identityUsed, .poisoned, .notAnswering, .closed:
            .afterRefresh
        case .removalBeyondEnd: .afterRefresh
        case .invalidTopic, .invalidBatch, .emptyFrame, .invalidOption, .limit, .offsetsExhausted,
            .fenced, .outOfOrderSequence, .fencedProducer, .repeatedInPart:
            .never
        }
    }

    package var description: String {
        switch self {
        case .unknownPartition(let id): "\(id) does not exist: create its topic first"
        case .partitionExists(let topic, let index):
            "topic \(topic) has a partition \(index) already: choose another index or topic"
        case .identityUsed(let id, let next):
            "\(id) is or was in use: identities start at \(next.rawValue) now"
        case .invalidTopic(let topic):
            "\"\(topic)\" cannot be a topic's name: 1 to \(TopicName.lengthMax) of "
                + "[A-Za-z0-9._-], but not . or .."
        case .invalidBatch(let entry, let position, let error):
            "entry \(entry) of the frame, byte \(position): \(error)"
        case .emptyFrame: "a frame needs at least one entry"
        case .invalidOption(let problem): "a partition's option \(problem)"
        case .removalBeyondEnd(let id, let offset, let end):
            "\(id) ends at offset \(end.rawValue), so records before \(offset.rawValue) cannot be "
                + "removed: name an offset up to its end"
        case .limit(let name, let found, let limit):
            "\(name) is \(found), the limit is \(limit): split the frame"
        case .offsetsExhausted(let id): "\(id) has no offsets left: use a new topic"
        case .outOfOrderSequence(let id, let producer, let expected, let found):
            "\(id): producer \(producer) sends sequence \(found) where \(expected) is next, so "
                + "batches before it are missing: let the producer begin a new epoch"
        case .fencedProducer(let id, let producer, let epoch, let current):
            "\(id): producer \(producer) has epoch \(epoch), and epoch \(current) has taken its "
                + "place: end this producer"
        case .repeatedInPart:
            "some batches of the frame were appended before: append each in a frame of its own"
        case .noSpace(let error), .unavailable(let error): "nothing was appended: \(error)"
        case .poisoned(let error):
            "the log takes no more records until it is opened again, because the disk failed: \(error)"
        case .fenced(let damage):
            "the log is open for reading only, because it is damaged: \(damage)"
        case .closed: "the log is closed: open it again"
        case .notAnswering(let waited):
            "the disk has not answered for \(waited.components.seconds) s, so the log cannot be "
                + "closed. Look at `dmesg` and the disk's health; end the process and open the log "
                + "again once the disk answers."
        }
    }
}
