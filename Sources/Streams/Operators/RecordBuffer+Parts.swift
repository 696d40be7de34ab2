import Bytes
import Records

extension RecordBuffer {
    /// Whether computed records still fit the 32-bit positions of rows.
    static func checkSize(_ byteCount: Int) throws(PipelineError) {
        guard byteCount <= StreamLimits.batchByteCountMax else {
            throw .batchTooLarge(limit: StreamLimits.batchByteCountMax)
        }
    }

    /// Appends a record with the offset, timestamp and headers of another, a key, and no value yet.
    mutating func appendPart(of block: borrowing RecordBlock, row: Int, key: RawSpan?) {
        var place = block.rows[row]
        if let key {
            place.keyStart = Int32(bytes.count)
            place.keyCount = Int32(key.byteCount)
            bytes.append(copying: key)
        } else {
            place.keyCount = -1
        }
        let headers = block.headers(row)
        place.headersStart = Int32(bytes.count)
        bytes.append(copying: headers.bytes)
        place.valueCount = -1
        rows.append(place)
    }
}
