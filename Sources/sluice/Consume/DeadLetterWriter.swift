import Broker
import Bytes
import Connectors
import Expressions
import Filters
import Records

/// Moves records that a subscription cannot evaluate to the topic `SUBSCRIPTION.dead-letter`, with
/// the reason in their headers, as pipelines do.
final class DeadLetterWriter {
    private let broker: any BrokerAccess
    private let topic: String
    private var target: TopicTarget?

    init(_ broker: any BrokerAccess, stream: String) {
        self.broker = broker
        topic = TopicErrorArguments.deadLetterTopic(of: stream)
    }

    /// Takes copies of the rows.
    func append(
        _ block: borrowing RecordBlock, _ rows: [ErrorRow], of partition: Int32
    ) throws {
        guard !rows.isEmpty else { return }
        let target = try target ?? TopicTarget(broker, topics: [.deadLetter: topic], pipeline: nil)
        self.target = target
        var buffer = RecordBuffer()
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
        }
        try target.write(.deadLetter, buffer.block, selection: Selection(all: rows.count))
    }

    /// Makes what was taken durable.
    func commit() throws {
        try target?.commit(positions: [:], state: [])
    }
}
