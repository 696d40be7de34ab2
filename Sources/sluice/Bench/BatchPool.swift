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
    /// The same with one record of another tag in the middle; empty if there are no tags.
    private let markedBatches: [[UInt8]]
    /// Of how many records one has the other tag.
    private let wantedEvery: Int
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
        let tag = load.wantedEvery == nil ? nil : "other"
        batches = (0..<count).map { _ in
            Self.batch(recordCount, &payload, writer, timestamp: 0, tag: tag)
        }
        wantedEvery = load.wantedEvery ?? 0
        guard wantedEvery > 0 else {
            markedBatches = []
            return
        }
        markedBatches = (0..<count).map { _ in
            Self.batch(
                recordCount, &payload, writer, timestamp: 0, tag: tag, middleTag: "wanted")
        }
    }

    /// A batch of the next values of a payload; `middleTag` is that of the record in the middle.
    static func batch(
        _ count: Int, _ payload: inout BenchPayload, _ writer: BatchWriter, timestamp: Int64,
        tag: String? = nil, middleTag: String? = nil
    ) -> [UInt8] {
        for index in 0..<count {
            let value = payload.next()
            var headers = HeaderList()
            if let tag = index == count / 2 ? middleTag ?? tag : tag {
                headers.append(name: "TAGS", value: Array(tag.utf8))
            }
            writer.append(
                timestamp: timestamp, key: nil, value: value.rawSpan,
                headers: headers.bytes.rawSpan, headerCount: headers.count)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    /// A copy of one of the batches with its records at a time, for the place `number` of a run.
    func batch(
        _ number: Int, at timestamp: Int64, using generator: inout SeededGenerator
    ) -> [UInt8] {
        let batches = isMarked(number) ? markedBatches : batches
        var bytes = batches[Int(generator.next() % UInt64(batches.count))]
        bytes.replace(at: BatchHeader.At.baseTimestamp, bigEndian: timestamp)
        bytes.replace(at: BatchHeader.At.maxTimestamp, bigEndian: timestamp)
        let covered = BatchHeader.At.attributes
        let crc = CRC32C.checksum(
            bytes.rawSpan.slice(covered, count: bytes.count - covered))
        bytes.replace(at: BatchHeader.At.crc, bigEndian: crc)
        return bytes
    }

    /// Whether the batch at that place of a run holds a multiple of ``wantedEvery``.
    private func isMarked(_ number: Int) -> Bool {
        guard wantedEvery > 0 else { return false }
        return number * recordCount / wantedEvery != (number + 1) * recordCount / wantedEvery
    }
}
