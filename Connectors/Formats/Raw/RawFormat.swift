import Bytes
import Records

/// The whole input as one record; no record if it is empty.
struct RawFormat: RecordFormat {
    let name = "raw"
    let extensions = ["bin", "raw"]

    func makeScanner(_ options: ScanOptions) -> any RecordScanner { RawScanner(options) }
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder { RawEncoder() }
}

/// Waits for the end of the input and takes everything.
private struct RawScanner: RecordScanner {
    private let recordByteCountMax: Int
    let payloadFormat = PayloadFormat.raw
    let recordsAreLines = false

    init(_ options: ScanOptions) { recordByteCountMax = options.recordByteCountMax }

    func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int {
        guard isEnd, bytes.byteCount > 0 else { return 0 }
        if bytes.byteCount <= recordByteCountMax {
            batch.accept(start: 0, count: bytes.byteCount)
        } else {
            batch.reject(
                bytes, start: 0, count: bytes.byteCount, base: batch.place.position,
                reason: LineEnds.tooLong(Int64(bytes.byteCount), limit: recordByteCountMax))
        }
        batch.place.position += Int64(bytes.byteCount)
        return bytes.byteCount
    }

    func skip(_ bytes: RawSpan, isStart: Bool) -> (end: Int?, lineCount: Int64) { (nil, 0) }
}

/// The payloads one after the other, nothing between them.
private struct RawEncoder: RecordEncoder {
    mutating func encode(
        _ block: borrowing RecordBlock, _ selection: borrowing Selection,
        into output: OutputBuffer
    ) throws {
        for row in selection.rows {
            if let value = block.value(Int(row)) { try output.append(value) }
        }
    }

    func start(_ output: OutputBuffer) {}
}
