import Bytes

/// The tables that the broker keeps in the log's keyed state.
///
/// The numbers are on disk: they never change, and a removed table's number is not used again.
enum StateTable: UInt8, CaseIterable {
    /// topic name → ``TopicRecord``.
    case topics = 1
    /// subscription name → ``SubscriptionRecord``.
    case subscriptions = 2
    /// topic or subscription, group, partition → ``GroupPosition``.
    case groupPositions = 3
    /// pipeline name, split → position of the source.
    case pipelinePositions = 4
    /// pipeline name, the pipeline's own key → value.
    case pipelineState = 5
    /// pipeline name → records that it has written to its main output, for the partition of
    /// records without a key.
    case pipelineTotals = 6
    /// subscription, version → ``FilterCounts`` of what groups of commands have read.
    case subscriptionCounts = 7
    /// "next" → the lowest identity of a producer that is in no block taken so far.
    case producerIDs = 8
    /// transactional id → ``TransactionRecord``.
    case transactions = 9
    /// transactional id, group, topic or subscription, partition → ``GroupPosition`` that the group
    /// gets when the open transaction is committed.
    case pendingOffsets = 10
    /// group → ``GroupRecord``, of groups that have had members.
    case groups = 11
    /// subscription, its creation, partition of the log, a version if it decides about all →
    /// ``OffsetRanges`` that are settled.
    case settledOffsets = 12
    /// subscription, its creation, version → ``FilterCounts`` of what is settled.
    case settledCounts = 13
    /// name of a fact about the whole → its value.
    case facts = 20
}

/// Keys of the tables: each part with its length, so that no two lists of parts give one key and
/// all keys of a first part are neighbours.
enum StateKey {
    static func make(_ parts: String...) -> [UInt8] {
        var key: [UInt8] = []
        for part in parts { key.append(text: part) }
        return key
    }

    /// A pipeline's own key behind the pipeline's name.
    static func make(_ name: String, own: [UInt8]) -> [UInt8] { make(name) + own }
}

extension StateKey {
    /// The parts of a key that ``make(_:)`` made; nil if it did not.
    static func parts(_ key: [UInt8]) -> [String]? {
        var cursor = ByteCursor(key.rawSpan)
        var parts: [String] = []
        while !cursor.isAtEnd {
            guard let part = cursor.text() else { return nil }
            parts.append(part)
        }
        return parts
    }

    /// The first part of a key that ``make(_:)`` made.
    static func name(_ key: [UInt8]) -> String {
        var cursor = ByteCursor(key.rawSpan)
        return cursor.text() ?? ""
    }
}
