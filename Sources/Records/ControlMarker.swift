import Bytes

/// How a transaction of a producer ended: what a control batch says.
///
/// Its one record has a key of four bytes, version and type, both big-endian (Kafka protocol,
/// "Control Batches"; KIP-98).
package enum ControlMarker: Int16, Sendable, CaseIterable {
    case abort = 0
    case commit = 1

    /// Reads the marker of a control batch; nil if it is another kind of control batch, or none.
    package init?(_ batch: RawSpan) {
        guard let header = try? BatchHeader(parsing: batch), header.attributes.isControl,
            header.attributes.codec == .some(.none), batch.byteCount >= header.byteCount
        else { return nil }
        let bytes = batch.slice(0, count: header.byteCount)
        var position = BatchHeader.At.end
        guard Varint.read(bytes, at: &position) != nil, bytes.holds(1, at: position) else {
            return nil
        }
        position += 1
        guard Varint.read(bytes, at: &position) != nil, Varint.read(bytes, at: &position) != nil,
            let keyCount = Varint.read(bytes, at: &position), keyCount >= 4,
            bytes.holds(4, at: position)
        else { return nil }
        self.init(rawValue: bytes.bigEndian(at: position + 2))
    }

    /// The control batch that ends the transaction of a producer; base offset 0.
    package func batch(
        producerID: Int64, producerEpoch: Int16, coordinatorEpoch: Int32, timestamp: Int64
    ) -> [UInt8] {
        let writer = BatchWriter()
        var form = BatchWriter.Form()
        form.isControl = true
        form.producer = BatchProducer(id: producerID, epoch: producerEpoch, baseSequence: -1)
        writer.start(form)
        var key: [UInt8] = []
        key.append(bigEndian: Int16(0))
        key.append(bigEndian: rawValue)
        var value: [UInt8] = []
        value.append(bigEndian: Int16(0))
        value.append(bigEndian: coordinatorEpoch)
        writer.append(
            timestamp: timestamp, key: key.rawSpan, value: value.rawSpan,
            headers: [UInt8]().rawSpan, headerCount: 0)
        var batch: [UInt8] = []
        writer.finish(into: &batch)
        return batch
    }
}
