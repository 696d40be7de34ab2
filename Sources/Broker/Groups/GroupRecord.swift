import Bytes

/// What is stored of a group beside its positions: enough to know when these may expire.
struct GroupRecord: Equatable {
    /// The first byte says which protocol the group is of.
    private static let classicVersion: UInt8 = 1
    private static let consumerVersion: UInt8 = 2

    let protocolType: String
    /// When the last member went: milliseconds since 1970-01-01 UTC; nil while there are members.
    let emptySince: Int64?
    /// Whether it is of the consumer protocol (KIP-848).
    let isConsumer: Bool

    init(protocolType: String, emptySince: Int64?, isConsumer: Bool = false) {
        self.protocolType = protocolType
        self.emptySince = emptySince
        self.isConsumer = isConsumer
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [isConsumer ? Self.consumerVersion : Self.classicVersion]
        bytes.append(littleEndian: emptySince ?? -1)
        bytes.append(text: protocolType)
        return bytes
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard let version = cursor.integer(UInt8.self),
            version == Self.classicVersion || version == Self.consumerVersion,
            let emptySince = cursor.integer(Int64.self), emptySince >= -1,
            let protocolType = cursor.text(), cursor.isAtEnd
        else { return nil }
        self.init(
            protocolType: protocolType, emptySince: emptySince < 0 ? nil : emptySince,
            isConsumer: version == Self.consumerVersion)
    }
}
