import Bytes

/// What a consumer tells its group's leader: the topics that it reads.
///
/// Source: Kafka's `ConsumerProtocolSubscription.json`; later versions begin as version 0 does.
struct ConsumerSubscription {
    /// Of groups whose members send these.
    static let protocolType = "consumer"

    let topics: [String]

    /// Nil if the bytes are not a subscription.
    ///
    /// Version i16, count i32, each topic i16 length and UTF-8; big-endian.
    init?(parsing bytes: RawSpan) {
        guard bytes.holds(6, at: 0) else { return nil }
        let version: Int16 = bytes.bigEndian(at: 0)
        let count: Int32 = bytes.bigEndian(at: 2)
        guard version >= 0, count >= 0 else { return nil }
        var position = 6
        var topics: [String] = []
        for _ in 0..<count {
            guard bytes.holds(2, at: position) else { return nil }
            let length: Int16 = bytes.bigEndian(at: position)
            guard length >= 0, bytes.holds(Int(length), at: position + 2),
                let topic = String(
                    validating: [UInt8](
                        copying: bytes.slice(position + 2, count: Int(length))),
                    as: UTF8.self)
            else { return nil }
            topics.append(topic)
            position += 2 + Int(length)
        }
        self.topics = topics
    }
}
