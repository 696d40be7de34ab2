package import Records

/// Where the time of an event comes from; used by one thread.
package protocol EventTimeReader: AnyObject {
    /// One line for `EXPLAIN`.
    var summary: String { get }

    /// As ``Operator/rowCountMax``.
    var rowCountMax: Int { get }

    /// Writes the time of every row to `context.times`, ``OperatorContext/noTime`` where there is
    /// none, and fails the rows whose time cannot be evaluated.
    func readTimes(of block: borrowing RecordBlock, _ context: inout OperatorContext)
}

/// The record's own timestamp is the time of its event.
package final class RecordTimestamps: EventTimeReader {
    package init() {}

    package var summary: String { "record timestamp" }
    package var rowCountMax: Int { .max }

    package func readTimes(of block: borrowing RecordBlock, _ context: inout OperatorContext) {
        context.times.removeAll(keepingCapacity: true)
        context.times.reserveCapacity(block.count)
        for row in 0..<block.count {
            let time = block.rows[row].timestamp
            context.times.append(EventTime.isInRange(time) ? time : OperatorContext.noTime)
        }
    }
}
