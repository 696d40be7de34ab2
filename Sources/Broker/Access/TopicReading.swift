package import Connectors
package import Records

/// A source that reads a topic: each partition is a split, positions are offsets
/// (``TopicPosition``).
package protocol TopicReading: CheckedSource {
    /// Goes on at an offset, at the nearest one that exists.
    func seek(partition index: Int32, to offset: RecordOffset) throws(BrokerError)
    /// Goes on at the first records at or after a time, in every partition: milliseconds since
    /// 1970-01-01 UTC.
    func seek(toTimestamp timestamp: Int64) throws(BrokerError)
    /// What was passed over unread so far.
    var passedOver: PassedOver { get }
    /// Whether a server has decided about the records, and counts them itself.
    var isCounted: Bool { get }
}
