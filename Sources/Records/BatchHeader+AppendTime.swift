import Bytes

extension BatchHeader {
    /// Gives all records of a stored batch the time of their append: sets attribute bit 3 and the
    /// highest timestamp, and the checksum, which covers both.
    ///
    /// - Precondition: `bytes` holds a whole batch at `position`.
    /// - Complexity: O(bytes of the batch).
    package static func stamp(
        appendTime: Int64, on bytes: inout [UInt8], at position: Int = 0
    ) {
        let (count, attributes) = {
            let batch = bytes.rawSpan.slice(position, count: bytes.count - position)
            return (
                Int(batch.bigEndian(at: At.length, as: Int32.self)) + lengthPrefix,
                batch.bigEndian(at: At.attributes, as: Int16.self)
            )
        }()
        bytes.replace(at: position + At.attributes, bigEndian: attributes | 0x08)
        bytes.replace(at: position + At.maxTimestamp, bigEndian: appendTime)
        let crc = CRC32C.checksum(
            bytes.rawSpan.slice(position + At.attributes, count: count - At.attributes))
        bytes.replace(at: position + At.crc, bigEndian: crc)
    }
}
