package import Records

/// A part of a source that is read in order on its own: a file, a partition of a topic.
package struct SplitName: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func < (left: SplitName, right: SplitName) -> Bool { left.text < right.text }
}

/// Where reading of a split goes on; coded by the source that made it, opaque to all others, and
/// stored in the same commit as what was made of the records before it.
package struct SourcePosition: Equatable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// What a read brought.
package enum SourceStatus: Equatable, Sendable {
    /// The buffer holds records (or all that were there are among the rejected).
    case records
    /// Nothing now, perhaps later: the end of a live stream.
    case idle
    /// Nothing now and nothing ever: the end of a file.
    case end
}

/// A record that its format refuses: malformed JSON, a wrong number of CSV fields, too long.
package struct RejectedRecord: Sendable, Equatable {
    /// Counts records (lines) of the split from 0.
    package let number: Int64
    /// Counts bytes of the split (after decompression) from 0.
    package let position: Int64
    /// What is wrong and where in the record, for people: `line 7, byte 12: expected ':'`.
    package let reason: String
    /// The record as it is, cut after ``textByteCountMax`` bytes.
    package let text: [UInt8]

    /// Bytes that are kept of a rejected record for the dead-letter output.
    package static let textByteCountMax = 1 << 20

    package init(number: Int64, position: Int64, reason: String, text: [UInt8]) {
        self.number = number
        self.position = position
        self.reason = reason
        self.text = text
    }
}

/// Records from outside the pipeline: files, stdin, a topic.
///
/// Used by one thread.
///
/// Opening is the concrete type's business (its options differ); everything after it is here.
/// Pulled, one batch a call, so that back-pressure needs no mechanism.
package protocol Source: AnyObject {
    /// The splits, in a fixed order; known when the source is open.
    var splits: [SplitName] { get }

    /// How the records' payloads are to be read.
    var format: PayloadFormat { get }

    /// Goes on behind a position that ``position(of:)`` gave, perhaps in an earlier process.
    ///
    /// - Throws: if what the position refers to is gone (a shorter file, expired records).
    func seek(_ split: SplitName, to position: SourcePosition) throws

    /// Where the split is: behind the last record of the last read.
    func position(of split: SplitName) -> SourcePosition

    /// Replaces the content of `buffer` by the next records of a split, whole ones, at most about
    /// `byteCountMax` bytes of them but at least one if there is one; rows have ascending offsets:
    /// line numbers of a file, offsets of a topic. Blocks while a pipe or terminal has nothing.
    ///
    /// Records of this range that the format refuses are appended to `rejected`; they have no row
    /// in `buffer`, and the position moves behind them.
    func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus

    /// Waits, after every split has answered ``SourceStatus/idle``, until one has something, its
    /// end included.
    ///
    /// - Returns: false, and at once, for a source that has nothing to wait for (a topic); and if a
    ///   stop signal ended the wait.
    func waitForInput() -> Bool

    /// Bytes to read in all and read so far, as they are stored, for progress; nil if unknown.
    var progress: SourceProgress? { get }

    /// Releases files and positions; later calls are programming errors.
    func close()
}

/// How far a source has been read, in bytes as stored.
package struct SourceProgress: Sendable, Equatable {
    package let read: Int64
    package let total: Int64

    package init(read: Int64, total: Int64) {
        self.read = read
        self.total = total
    }
}
