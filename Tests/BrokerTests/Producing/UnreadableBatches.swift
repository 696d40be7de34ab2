import Bytes
import Records

/// Compressed batches with right checksums whose records cannot be read: what a broken client, or a
/// hostile one, sends.
enum UnreadableBatches {
    /// What is wrong, as a test's name.
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let batch: [UInt8]
    }

    private static let compressions: [BatchWriter.Compression] = [
        .gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3),
    ]

    /// Of each codec: bytes that are no code, code that is cut off, and fewer or more records than
    /// the header counts.
    static let all: [Case] = compressions.flatMap { compression in
        let whole = Clients.batch(
            (0..<8).map { "{\"n\":\($0)}" }, hasKeys: true, timestamp: 2_000,
            compression: compression)
        let name = "\(compression.codec)"
        return [
            Case(description: "\(name), garbage", batch: garbage(whole)),
            Case(description: "\(name), truncated", batch: truncated(whole, by: 9)),
            Case(description: "\(name), empty", batch: truncated(whole, by: whole.count)),
            Case(description: "\(name), fewer records", batch: counting(whole, 9)),
            Case(description: "\(name), more records", batch: counting(whole, 7)),
        ]
    }

    private static func garbage(_ batch: [UInt8]) -> [UInt8] {
        var batch = batch
        for index in BatchHeader.At.end..<batch.count { batch[index] = UInt8(index % 251) | 0x80 }
        return Clients.changed(batch, at: BatchHeader.At.recordCount, to: Int32(8))
    }

    private static func truncated(_ batch: [UInt8], by count: Int) -> [UInt8] {
        var batch = Array(batch.prefix(max(BatchHeader.At.end, batch.count - count)))
        batch.replace(
            at: BatchHeader.At.length, bigEndian: Int32(batch.count - BatchHeader.At.leaderEpoch))
        return Clients.changed(batch, at: BatchHeader.At.recordCount, to: Int32(8))
    }

    private static func counting(_ batch: [UInt8], _ count: Int32) -> [UInt8] {
        let batch = Clients.changed(batch, at: BatchHeader.At.lastOffsetDelta, to: count - 1)
        return Clients.changed(batch, at: BatchHeader.At.recordCount, to: count)
    }
}
