/// Where one record of a block lies: positions into the block's bytes, nothing copied.
///
/// 48 bytes, no references, so that the rows of a batch are one plain array.
package struct RecordRow: Sendable, BitwiseCopyable {
    package var offset: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z; may be negative.
    package var timestamp: Int64
    package var keyStart: Int32
    /// Bytes of the key, -1 if it is null.
    package var keyCount: Int32
    package var valueStart: Int32
    /// Bytes of the value, -1 if it is null (a tombstone).
    package var valueCount: Int32
    /// Start of the coded headers, as record batch v2 has them.
    package var headersStart: Int32
    /// Bytes of the coded headers without their count.
    package var headersByteCount: Int32
    /// Number of headers.
    package var headerCount: Int32

    package init(
        offset: Int64, timestamp: Int64, keyStart: Int32 = 0, keyCount: Int32 = -1,
        valueStart: Int32 = 0, valueCount: Int32 = -1, headersStart: Int32 = 0,
        headersByteCount: Int32 = 0, headerCount: Int32 = 0
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.keyStart = keyStart
        self.keyCount = keyCount
        self.valueStart = valueStart
        self.valueCount = valueCount
        self.headersStart = headersStart
        self.headersByteCount = headersByteCount
        self.headerCount = headerCount
    }
}
