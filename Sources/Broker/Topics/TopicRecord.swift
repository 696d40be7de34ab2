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

    /// Settings that are stored by their names, as texts: those that first meant nothing.
    private static let named: [TopicConfig] = [.timestampBeforeMax, .timestampAfterMax]

    /// What the first records of this layout did not have; left out where it is as it was then.
    private func appendTail(to bytes: inout [UInt8]) {
        let plain = TopicSettings()
        var texts = settings.kept.map { (name: $0.key.rawValue, value: $0.value) }
        for config in Self.named {
            let value = config.value(in: settings)
            guard let value, value != config.value(in: plain) else { continue }
            texts.append((config.rawValue, value))
        }
        guard
            settings.messageByteCountMax != plain.messageByteCountMax
                || settings.timestampType != plain.timestampType || !texts.isEmpty
        else { return }
        bytes.append(littleEndian: settings.messageByteCountMax)
        bytes.append(settings.timestampType == .logAppendTime ? 1 : 0)
        guard !texts.isEmpty else { return }
        bytes.append(count: texts.count)
        for (name, value) in texts.sorted(by: { $0.name < $1.name }) {
            bytes.append(text: name)
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
        let limit = KeptConfig.allCases.count + named.count + 1
        guard let count = cursor.count(limit: limit) else { return false }
        for _ in 0..<count {
            guard let name = cursor.text(), let value = cursor.text() else { return false }
            // It was kept here as long as it meant nothing; the log keeps it with the partitions.
            if name == TopicConfig.segmentMilliseconds.rawValue { continue }
            if let config = KeptConfig(rawValue: name) {
                settings.kept[config] = value
            } else {
                guard let config = named.first(where: { $0.rawValue == name }) else { return false }
                // Before it meant something, anything could be kept under the name.
                try? TopicConfig.set(config.rawValue, to: value, in: &settings)
            }
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
