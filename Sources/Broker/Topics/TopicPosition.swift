import Bytes
package import Connectors
package import Records

/// The position of a topic's partition as sources and pipelines keep it: the next offset.
package enum TopicPosition {
    /// The split that stands for a partition.
    package static func split(_ partition: Int32) -> SplitName { SplitName("\(partition)") }

    package static func encode(_ offset: RecordOffset) -> SourcePosition {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: offset.rawValue)
        return SourcePosition(bytes: bytes)
    }

    /// Nil if the position was not made by ``encode(_:)``.
    package static func decode(_ position: SourcePosition) -> RecordOffset? {
        var cursor = ByteCursor(position.bytes.rawSpan)
        guard let offset = cursor.integer(Int64.self), offset >= 0, cursor.isAtEnd else {
            return nil
        }
        return RecordOffset(rawValue: offset)
    }
}
