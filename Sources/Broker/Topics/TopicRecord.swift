import Bytes
import CommitLog
import Records

/// A topic as it is stored: its settings and which partitions of the log are its own.
///
/// How its records are stored is not part of it: the log keeps that with the partitions.
struct TopicRecord: Equatable {
    /// Of this layout; a reader refuses others.
    private static let version: UInt8 = 1

    var settings: TopicSettings
    /// The log's numbers of the topic's partitions, in order.
    var partitions: [PartitionID]
    /// Milliseconds since 1970-01-01 UTC.
    var createdAt: Int64

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.append(littleEndian: createdAt)
        switch settings.format {
        case .raw: bytes.append(0)
        case .json: bytes.append(1)
        case .csv(let columns):
            bytes.append(2)
            bytes.append(count: columns.count)
            for column in columns { bytes.append(text: column) }
        }
        bytes.append(count: partitions.count)
        for partition in partitions { bytes.append(littleEndian: partition.rawValue) }
        appendTail(to: &bytes)
        return bytes
    }

    init(settings: TopicSettings, partitions: [PartitionID], createdAt: Int64) {
        self.settings = settings
        self.partitions = partitions
        self.createdAt = createdAt
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard cursor.integer(UInt8.self) == Self.version,
            let createdAt = cursor.integer(Int64.self), let format = Self.format(from: &cursor),
            let count = cursor.count(limit: Int(TopicSettings.partitionCountMax))
        else { return nil }
        var partitions: [PartitionID] = []
        for _ in 0..<count {
            guard let number = cursor.integer(UInt32.self) else { return nil }
            partitions.append(PartitionID(rawValue: number))
        }
        var settings = TopicSettings(partitionCount: Int32(count), format: format)
        guard Self.readTail(&cursor, into: &settings) else { return nil }
        self.init(settings: settings, partitions: partitions, createdAt: createdAt)
    }

    /// What the first records of this layout did not have; left out where it is as it was then.
    private func appendTail(to bytes: inout [UInt8]) {
        let plain = TopicSettings()
        guard
            settings.messageByteCountMax != plain.messageByteCountMax
                || settings.timestampType != plain.timestampType || !settings.kept.isEmpty
        else { return }
        bytes.append(littleEndian: settings.messageByteCountMax)
        bytes.append(settings.timestampType == .logAppendTime ? 1 : 0)
        guard !settings.kept.isEmpty else { return }
        bytes.append(count: settings.kept.count)
        for (config, value) in settings.kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            bytes.append(text: config.rawValue)
            bytes.append(text: value)
        }
    }

    private static func readTail(
        _ cursor: inout ByteCursor, into settings: inout TopicSettings
    ) -> Bool {
        if cursor.isAtEnd { return true }
        guard let byteCount = cursor.integer(Int32.self), byteCount >= 0,
            let type = cursor.integer(UInt8.self), type <= 1
        else { return false }
        settings.messageByteCountMax = byteCount
        settings.timestampType = type == 1 ? .logAppendTime : .createTime
        if cursor.isAtEnd { return true }
        guard let count = cursor.count(limit: KeptConfig.allCases.count) else { return false }
        for _ in 0..<count {
            guard let name = cursor.text(), let config = KeptConfig(rawValue: name),
                let value = cursor.text()
            else { return false }
            settings.kept[config] = value
        }
        return cursor.isAtEnd
    }

    private static func format(from cursor: inout ByteCursor) -> PayloadFormat? {
        switch cursor.integer(UInt8.self) {
        case 0: return .raw
        case 1: return .json
        case 2:
            guard let count = cursor.count(limit: TopicSettings.columnCountMax) else { return nil }
            var columns: [String] = []
            for _ in 0..<count {
                guard let column = cursor.text() else { return nil }
                columns.append(column)
            }
            return .csv(columns: columns)
        default: return nil
        }
    }
}
