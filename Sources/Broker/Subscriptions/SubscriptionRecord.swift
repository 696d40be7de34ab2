import Bytes
import Filters
import Records

/// A subscription as it is stored, with the versions of its filter.
///
/// ```
/// layout u8 = 2 | topic | created i64 | count | versions:
///     number i32, changed i64, definition, count, starts i64
/// ```
/// Integers are little-endian, counts and lengths unsigned varints; a text or definition is its
/// length and its bytes.
///
/// Layout 1 kept one version: `layout u8 = 1 | topic | number i32 | created i64 | changed i64 |
/// definition`. It is read as a subscription whose only known version decides about all records.
struct SubscriptionRecord: Equatable {
    private static let layoutVersion: UInt8 = 2
    private static let layoutOfOneVersion: UInt8 = 1

    let topic: String
    /// Milliseconds since 1970-01-01 UTC.
    let createdAt: Int64
    /// By ascending numbers; never empty.
    private(set) var versions: [SubscriptionVersion]

    /// The newest version.
    var current: SubscriptionVersion { versions[versions.count - 1] }

    init(topic: String, createdAt: Int64, versions: [SubscriptionVersion]) {
        precondition(!versions.isEmpty, "a subscription has a version")
        self.topic = topic
        self.createdAt = createdAt
        self.versions = versions
    }

    /// Adds a version that decides from the partitions' ends on.
    ///
    /// `bounds` are the first readable offset and the end of each partition. Beyond the limit the
    /// oldest version goes that no readable record belongs to.
    ///
    /// - Returns: false, with nothing changed, if records belong to all of the versions.
    mutating func add(
        _ filter: FilterDefinition, changedAt: Int64,
        bounds: [(start: RecordOffset, end: RecordOffset)]
    ) -> Bool {
        let added = SubscriptionVersion(
            number: current.number + 1, filter: filter, changedAt: changedAt,
            starts: bounds.map(\.end))
        var kept = versions + [added]
        while kept.count > BrokerLimits.subscriptionVersionCountMax {
            let unneeded = kept.indices.dropLast().first { place in
                bounds.indices.allSatisfy { partition in
                    let next = kept[place + 1].start(of: Int32(partition))
                    let start = max(
                        kept[place].start(of: Int32(partition)), bounds[partition].start)
                    return start >= next
                }
            }
            guard let unneeded else { return false }
            kept.remove(at: unneeded)
        }
        versions = kept
        return true
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.layoutVersion]
        bytes.append(text: topic)
        bytes.append(littleEndian: createdAt)
        bytes.append(count: versions.count)
        for version in versions {
            bytes.append(littleEndian: version.number)
            bytes.append(littleEndian: version.changedAt)
            var definition: [UInt8] = []
            version.filter.encode(into: &definition)
            bytes.append(blob: definition)
            bytes.append(count: version.starts.count)
            for start in version.starts { bytes.append(littleEndian: start.rawValue) }
        }
        return bytes
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        switch cursor.integer(UInt8.self) {
        case Self.layoutOfOneVersion: self.init(oneVersion: &cursor)
        case Self.layoutVersion: self.init(versions: &cursor)
        case .some, nil: return nil
        }
    }

    private init?(oneVersion cursor: inout ByteCursor) {
        guard let topic = cursor.text(), let number = cursor.integer(Int32.self),
            let createdAt = cursor.integer(Int64.self), let changedAt = cursor.integer(Int64.self),
            let blob = cursor.blob(), cursor.isAtEnd, number > 0,
            let filter = try? FilterDefinition(decoding: blob.rawSpan)
        else { return nil }
        let version = SubscriptionVersion(
            number: number, filter: filter, changedAt: changedAt, starts: [])
        self.init(topic: topic, createdAt: createdAt, versions: [version])
    }

    private init?(versions cursor: inout ByteCursor) {
        guard let topic = cursor.text(), let createdAt = cursor.integer(Int64.self),
            let count = cursor.count(), count > 0
        else { return nil }
        var versions: [SubscriptionVersion] = []
        for _ in 0..<count {
            guard let version = Self.version(&cursor), version.follows(versions.last) else {
                return nil
            }
            versions.append(version)
        }
        guard cursor.isAtEnd else { return nil }
        self.init(topic: topic, createdAt: createdAt, versions: versions)
    }

    private static func version(_ cursor: inout ByteCursor) -> SubscriptionVersion? {
        guard let number = cursor.integer(Int32.self), let changedAt = cursor.integer(Int64.self),
            let blob = cursor.blob(), let filter = try? FilterDefinition(decoding: blob.rawSpan),
            let count = cursor.count()
        else { return nil }
        var starts: [RecordOffset] = []
        for _ in 0..<count {
            guard let start = cursor.integer(Int64.self), start >= 0 else { return nil }
            starts.append(RecordOffset(rawValue: start))
        }
        return SubscriptionVersion(
            number: number, filter: filter, changedAt: changedAt, starts: starts)
    }
}

extension SubscriptionVersion {
    /// Whether it can stand behind another: a later number, and nowhere an earlier start.
    fileprivate func follows(_ other: SubscriptionVersion?) -> Bool {
        guard let other else { return number > 0 }
        return number > other.number
            && (other.starts.isEmpty || other.starts.count <= starts.count)
            && zip(starts, other.starts).allSatisfy { $0 >= $1 }
    }
}
