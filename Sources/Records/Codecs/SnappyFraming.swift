/// Layout of the framing that Java's client puts around snappy (snappy-java, `SnappyOutputStream`).
///
/// Magic, version i32, lowest compatible version i32; then blocks, each compressed alone and with its
/// length as i32 before it, all big-endian; there is no mark of the end. The versions are not looked
/// at, as librdkafka does not: there has been one only.
enum SnappyFraming {
    static let magic: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
    static let version: Int32 = 1
    static let headerByteCount = 16
    static let lengthByteCount = 4
    /// Bytes of a block before compression, as Java's client makes them.
    static let blockByteCount = 32 << 10
}
