import Bytes
import Filters

/// A subscription as it is stored.
struct SubscriptionRecord: Equatable {
    /// Of this layout; a reader refuses others.
    private static let layoutVersion: UInt8 = 1

    var topic: String
    var filter: FilterDefinition
    /// 1 for the first filter, one more for each change.
    var version: Int32
    /// Milliseconds since 1970-01-01 UTC.
    var createdAt: Int64
    var changedAt: Int64

    init(
        topic: String, filter: FilterDefinition, version: Int32, createdAt: Int64, changedAt: Int64
    ) {
        self.topic = topic
        self.filter = filter
        self.version = version
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.layoutVersion]
        bytes.append(text: topic)
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: createdAt)
        bytes.append(littleEndian: changedAt)
        var definition: [UInt8] = []
        filter.encode(into: &definition)
        bytes.append(blob: definition)
        return bytes
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard cursor.integer(UInt8.self) == Self.layoutVersion, let topic = cursor.text(),
            let version = cursor.integer(Int32.self), let createdAt = cursor.integer(Int64.self),
            let changedAt = cursor.integer(Int64.self), let blob = cursor.blob(), cursor.isAtEnd,
            let filter = try? FilterDefinition(decoding: blob.rawSpan)
        else { return nil }
        self.init(
            topic: topic, filter: filter, version: version, createdAt: createdAt,
            changedAt: changedAt)
    }
}
