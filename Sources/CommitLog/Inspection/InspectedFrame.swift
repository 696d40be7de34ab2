package import Records

/// A frame of a commit-log file, for `log dump`.
package struct InspectedFrame: Sendable, Equatable {
    /// One change of the frame.
    package enum Entry: Sendable, Equatable {
        case batches(PartitionID, [Batch])
        case put(table: UInt8, key: [UInt8], value: [UInt8])
        case remove(table: UInt8, key: [UInt8])
        case removePrefix(table: UInt8, prefix: [UInt8])
        case createPartition(PartitionID, topic: String, index: Int32, options: PartitionOptions)
        case removePartition(PartitionID)
        case alterPartition(PartitionID, PartitionOptions)
        case removeBefore(PartitionID, offset: RecordOffset, reason: RemovalReason)
    }

    /// A batch in it.
    package struct Batch: Sendable, Equatable {
        /// Position in the file.
        package let filePosition: Int64
        package let byteCount: Int
        package let baseOffset: RecordOffset
        package let lastOffset: RecordOffset
        /// Milliseconds.
        package let maxTimestamp: Int64
    }

    package let position: LogPosition
    /// Position in the file.
    package let filePosition: Int64
    package let byteCount: Int
    /// Up to where the log was durable when the frame was written.
    package let syncedBefore: LogPosition
    /// Wall clock in milliseconds.
    package let timestamp: Int64
    package internal(set) var entries: [Entry]

    init(_ header: FrameHeader, _ operations: [FrameOperation], in file: CommitFile) {
        position = header.position
        filePosition = file.filePosition(of: header.position)
        byteCount = header.byteCount
        syncedBefore = header.syncedBefore
        timestamp = header.timestamp
        entries = operations.map { operation in
            switch operation {
            case .batches(let id, let places, _):
                .batches(id, places.map { Batch($0, in: file) })
            case .put(let table, let key, let value): .put(table: table, key: key, value: value)
            case .remove(let table, let key): .remove(table: table, key: key)
            case .removePrefix(let table, let prefix): .removePrefix(table: table, prefix: prefix)
            case .createPartition(let id, let topic, let index, let options):
                .createPartition(id, topic: topic, index: index, options: options)
            case .removePartition(let id): .removePartition(id)
            case .alterPartition(let id, let options): .alterPartition(id, options)
            case .removeBefore(let id, let offset, let reason):
                .removeBefore(id, offset: RecordOffset(rawValue: offset), reason: reason)
            }
        }
    }
}

extension InspectedFrame.Batch {
    init(_ place: BatchPlace, in file: CommitFile) {
        filePosition = file.filePosition(of: LogPosition(rawValue: place.position))
        byteCount = Int(place.byteCount)
        baseOffset = RecordOffset(rawValue: place.baseOffset)
        lastOffset = RecordOffset(rawValue: place.nextOffset - 1)
        maxTimestamp = place.maxTimestamp
    }
}
