import Broker
import Bytes
import Records

/// Prints records, formatted, to a console.
struct MessageWriter {
    private let console: Console
    private let topic: [UInt8]
    /// nil: JSON envelopes.
    private let format: MessageFormat?
    private var envelope: MessageEnvelope
    private var bytes: [UInt8] = []

    init(_ console: Console, _ topic: TopicDescription, format: MessageFormat?) {
        self.console = console
        self.topic = Array(topic.name.utf8)
        self.format = format
        envelope = MessageEnvelope(topic: topic.name, format: topic.settings.format)
    }

    /// Prints the selected records of a block of one partition.
    mutating func write(
        _ block: borrowing RecordBlock, _ selection: Selection, partition: Int32
    ) throws {
        bytes.removeAll(keepingCapacity: true)
        for row in selection.rows {
            if let format {
                format.append(block, row: Int(row), topic: topic, partition: partition, to: &bytes)
            } else {
                envelope.append(block, row: Int(row), partition: partition, to: &bytes)
            }
        }
        try console.write(bytes.rawSpan)
    }
}
