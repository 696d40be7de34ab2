import Bytes

/// What is stored of a group beside its positions: enough to know when these may expire.
struct GroupRecord: Equatable {
    private static let version: UInt8 = 1

    let protocolType: String
    /// When the last member went: milliseconds since 1970-01-01 UTC; nil while there are members.
    let emptySince: Int64?

    init(protocolType: String, emptySince: Int64?) {
        self.protocolType = protocolType
        self.emptySince = emptySince
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.append(littleEndian: emptySince ?? -1)
        bytes.append(text: protocolType)
        return bytes
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard cursor.integer(UInt8.self) == Self.version,
            let emptySince = cursor.integer(Int64.self), emptySince >= -1,
            let protocolType = cursor.text(), cursor.isAtEnd
        else { return nil }
        self.init(protocolType: protocolType, emptySince: emptySince < 0 ? nil : emptySince)
    }
}
