import Bytes
import Platform
import Records

/// Batches made before the clock starts, as a producer's machine makes them, to be sent many times
/// in random order with new times.
struct BatchPool: Sendable {
    /// Bytes of all batches: far more than the window of a sealed block, so that repetition does
    /// not help the compressor.
    private static let byteCountMax = 16 << 20

    private let batches: [[UInt8]]
    /// Records of each batch.
    let recordCount: Int

    init(_ load: BenchLoad) {
        // About 10 bytes of a record are lengths and deltas.
        recordCount = max(1, load.batchByteCount / (load.recordByteCount + 10))
        let perBatch = recordCount * load.recordByteCount
        let count = max(1, min(Self.byteCountMax / perBatch, load.recordCount / recordCount + 1))
        var payload = BenchPayload(load.payload, byteCount: load.recordByteCount, seed: 1)
        let writer = BatchWriter()
        let recordCount = recordCount
        batches = (0..<count).map { _ in
            Self.batch(recordCount, &payload, writer, timestamp: 0)
        }
    }

    /// A batch of the next values of a payload.
    static func batch(
        _ count: Int, _ payload: inout BenchPayload, _ writer: BatchWriter, timestamp: Int64
    ) -> [UInt8] {
        for _ in 0..<count {
            let value = payload.next()
            writer.append(
                timestamp: timestamp, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
                headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    /// A copy of one of the batches with its records at a time.
    func batch(
        at timestamp: Int64, using generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = batches[Int(generator.next() % UInt64(batches.count))]
        bytes.replace(at: BatchHeader.At.baseTimestamp, bigEndian: timestamp)
        bytes.replace(at: BatchHeader.At.maxTimestamp, bigEndian: timestamp)
        let covered = BatchHeader.At.attributes
        let crc = CRC32C.checksum(
            bytes.rawSpan.slice(covered, count: bytes.count - covered))
        bytes.replace(at: BatchHeader.At.crc, bigEndian: crc)
        return bytes
    }
}
