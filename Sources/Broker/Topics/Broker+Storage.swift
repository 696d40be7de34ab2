import CommitLog
package import Records

/// Up to where a topic's records are removed.
package enum TrimPoint: Sendable, Equatable {
    /// Records before this offset, at most the partition's end.
    case offset(RecordOffset)
    /// Records before the first one at or after a time, in milliseconds since 1970.
    case time(Int64)
}

extension Broker {
    /// Removes a topic's oldest records, as Kafka's DeleteRecords does; durable on return, in one frame
    /// for all partitions.
    ///
    /// `partition` is nil for all of them.
    package func trimTopic(
        _ name: String, partition: Int32?, before point: TrimPoint
    ) throws(BrokerError) {
        let record = try topicRecord(name)
        if let partition, !record.partitions.indices.contains(Int(partition)) {
            throw .unknownPartition(
                topic: name, partition: partition, count: Int32(record.partitions.count))
        }
        var entries: [FrameEntry] = []
        for (index, id) in record.partitions.enumerated() {
            guard partition == nil || partition == Int32(index), let bounds = log.bounds(id) else {
                continue
            }
            let offset: RecordOffset
            switch point {
            case .offset(let wanted): offset = min(wanted, bounds.end)
            case .time(let time):
                do throws(ReadError) {
                    offset = try log.offset(id, atOrAfter: time) ?? bounds.end
                } catch {
                    throw .read(error)
                }
            }
            if offset > bounds.start { entries.append(.removeBefore(id, offset: offset)) }
        }
        guard !entries.isEmpty else { return }
        try append(entries)
        try maintain { () throws(MaintenanceError) in try log.checkpoint() }
    }

    /// Compacts a topic now, however clean it is; what was written just before takes part.
    package func compactTopic(_ name: String) throws(BrokerError) {
        let record = try topicRecord(name)
        guard record.settings.storage.cleanup.compacts else { throw .topicDoesNotCompact(name) }
        try maintain { () throws(MaintenanceError) in try log.compactNow(record.partitions) }
    }

    private func maintain(
        _ body: () throws(MaintenanceError) -> Void
    ) throws(BrokerError) {
        do throws(MaintenanceError) { try body() } catch { throw .maintenance(error) }
    }
}
