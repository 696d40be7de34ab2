import Broker
import Bytes
import Platform
import Records

/// Batches as clients send them, and the broker's answers, waited for.
enum Clients {
    typealias Answer = Result<ProduceResult, ProduceError>

    /// A batch with these values; keys are the values' first letters if there are to be any.
    static func batch(
        _ values: [String], hasKeys: Bool = false, timestamp: Int64 = 1_000,
        compression: BatchWriter.Compression = .none, producer: BatchProducer? = nil,
        isTransactional: Bool = false
    ) -> [UInt8] {
        let writer = BatchWriter(compression: compression)
        var form = BatchWriter.Form()
        if let producer { form.producer = producer }
        form.isTransactional = isTransactional
        writer.start(form)
        for value in values {
            let bytes = Array(value.utf8)
            let key = Array(bytes.prefix(1))
            writer.append(
                timestamp: timestamp, key: hasKeys ? key.rawSpan : nil, value: bytes.rawSpan,
                headers: [UInt8]().rawSpan, headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    /// Changes a batch's header behind its checksum, which is made right again.
    static func changed<Value: FixedWidthInteger>(
        _ batch: [UInt8], at position: Int, to value: Value
    ) -> [UInt8] {
        var batch = batch
        batch.replace(at: position, bigEndian: value)
        let start = BatchHeader.At.attributes
        let crc = CRC32C.checksum(batch.rawSpan.slice(start, count: batch.count - start))
        batch.replace(at: BatchHeader.At.crc, bigEndian: crc)
        return batch
    }

    /// Produces a batch and waits for the answer, which comes once.
    static func produce(
        _ batch: [UInt8], to topic: String, partition: Int32 = 0,
        acknowledgement: BatchDestination.Acknowledgement = .durable, _ broker: Broker
    ) -> Answer {
        let waiting = Monitor<[Answer]>([])
        let request = BatchDestination(
            topic: topic, partition: partition, acknowledgement: acknowledgement)
        let offer = broker.produce(request, batch: batch.rawSpan) { answer in
            waiting.withLock { $0.append(answer) }
            waiting.notifyAll()
        }
        precondition(offer == .taken, "a broker without load is busy")
        let answers = waiting.wait { $0.isEmpty ? nil : $0 } ?? []
        precondition(answers.count == 1, "one request, several answers")
        return answers[0]
    }

    static func error(_ answer: Answer) -> ProduceError? {
        if case .failure(let error) = answer { error } else { nil }
    }

    static func offset(_ answer: Answer) -> Int64? { (try? answer.get())?.baseOffset.rawValue }
}
