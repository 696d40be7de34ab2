package import Connectors
package import Expressions
package import Records

/// A source that reads a topic: each partition is a split, positions are offsets
/// (``TopicPosition``).
package protocol TopicReading: CheckedSource {
    /// Where it goes on.
    var cursor: TopicCursor { get set }
    /// Goes on at the first records at or after a time, in every partition: milliseconds since
    /// 1970-01-01 UTC.
    func seek(toTimestamp timestamp: Int64) throws(BrokerError)
    /// What was passed over unread so far.
    var passedOver: PassedOver { get }
    /// Whether a server has decided about the records, and counts them itself.
    var isCounted: Bool { get }
}

extension TopicReading {
    package var splits: [SplitName] { cursor.splits }

    package var format: PayloadFormat { cursor.topic.settings.format }

    package var progress: SourceProgress? { cursor.progress }

    package func seek(_ split: SplitName, to position: SourcePosition) throws {
        let partition = try cursor.partition(of: split)
        guard let offset = TopicPosition.decode(position) else {
            throw BrokerError.damagedState(
                table: "position", key: "\(cursor.topic.name)/\(split.text)")
        }
        cursor.next[Int(partition.index)] = offset
    }

    /// Goes on at an offset, at the nearest one that exists.
    package func seek(partition index: Int32, to offset: RecordOffset) throws(BrokerError) {
        let partition = try cursor.partition(of: TopicPosition.split(index))
        cursor.next[Int(index)] = max(partition.start, min(offset, partition.end))
    }

    package func position(of split: SplitName) -> SourcePosition {
        guard let index = Int(split.text), cursor.next.indices.contains(index) else {
            preconditionFailure("split \(split.text) is not of topic \(cursor.topic.name)")
        }
        return TopicPosition.encode(cursor.next[index])
    }

    package func readUnchecked(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> (status: SourceStatus, start: ScanPlace) {
        let status = try read(
            split, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
        return (status, ScanPlace())
    }

    /// What is stored was checked, or was let in without.
    package func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)? { nil }

    package func waitForInput() -> Bool { false }

    package func close() {}
}
