import Bytes
import CommitLog
import Connectors
package import Expressions
package import Records

/// Copies of records that a subscription cannot evaluate, to be moved to the topic
/// `SUBSCRIPTION.dead-letter` with the reason in their headers, as pipelines do.
package struct DeadLetters: Sendable {
    /// Where a letter's record is.
    struct Origin: Equatable, Sendable {
        let partition: Int32
        let offset: Int64
    }

    private(set) var buffer = RecordBuffer()
    private(set) var origins: [Origin] = []

    package init() {}

    package var isEmpty: Bool { origins.isEmpty }
    package var count: Int { origins.count }
    /// Bytes of the copies.
    var byteCount: Int { buffer.bytes.count }

    /// The topic that a stream's dead letters go to.
    package static func topic(of stream: String) -> String { stream + ".dead-letter" }

    /// Takes copies of the rows.
    package mutating func append(
        _ block: borrowing RecordBlock, _ rows: [ErrorRow], of partition: Int32
    ) {
        for row in rows {
            let place = block.rows[Int(row.row)]
            var headers = HeaderList()
            var cursor = block.headers(Int(row.row))
            while let header = cursor.next() {
                let name = block.bytes.slice(header.nameStart, count: header.nameCount)
                let value =
                    header.valueCount < 0
                    ? nil
                    : [UInt8](
                        copying: block.bytes.slice(header.valueStart, count: header.valueCount))
                headers.append(
                    name: String(decoding: [UInt8](copying: name), as: UTF8.self), value: value)
            }
            headers.append(name: "sluice.error", value: Array("\(row.error)".utf8))
            headers.append(name: "sluice.split", value: Array("\(partition)".utf8))
            headers.append(name: "sluice.record", value: Array("\(place.offset)".utf8))
            buffer.append(
                timestamp: place.timestamp, key: block.key(Int(row.row)),
                value: block.value(Int(row.row)), headers: headers)
            origins.append(Origin(partition: partition, offset: place.offset))
        }
    }

    /// The batches that hold the letters of a partition's ranges; the topic is made if it does not
    /// exist.
    func batches(
        to broker: any BrokerAccess, stream: String, of partition: Int32,
        in ranges: [Range<RecordOffset>]
    ) throws(BrokerError) -> [PipelineCommit.Batches] {
        var selection = Selection()
        for (row, origin) in origins.enumerated() where origin.partition == partition {
            let offset = RecordOffset(rawValue: origin.offset)
            if ranges.contains(where: { $0.contains(offset) }) { selection.append(Int32(row)) }
        }
        guard !selection.isEmpty else { return [] }
        let target = try TopicTarget(
            broker, topics: [.deadLetter: Self.topic(of: stream)], pipeline: nil)
        try target.add(.deadLetter, buffer.block, selection: selection)
        return target.takeBatches()
    }
}
