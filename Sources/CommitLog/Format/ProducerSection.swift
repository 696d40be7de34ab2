import Bytes

/// The part of a snapshot that holds the producers of the partitions.
///
/// It stands behind what the first snapshots ended with, and is left out if there are no producers:
/// a snapshot without it is one of a log that has none.
enum ProducerSection {
    private static let tag: UInt32 = 1

    static func append(_ partitions: [StateCapture.Partition], to body: inout [UInt8]) {
        let known = partitions.filter { !$0.producers.isEmpty }
        guard !known.isEmpty else { return }
        body.append(littleEndian: tag)
        body.append(littleEndian: UInt32(known.count))
        for partition in known {
            body.append(littleEndian: partition.id.rawValue)
            body.append(littleEndian: UInt32(partition.producers.entries.count))
            for (id, entry) in partition.producers.entries.sorted(by: { $0.key < $1.key }) {
                body.append(littleEndian: id)
                body.append(littleEndian: entry.timestamp)
                body.append(littleEndian: entry.epoch)
                body.append(littleEndian: UInt16(entry.batchCount))
                body.append(littleEndian: UInt32(0))
                for batch in entry.batches {
                    body.append(littleEndian: batch.baseOffset)
                    body.append(littleEndian: batch.firstSequence)
                    body.append(littleEndian: batch.lastOffsetDelta)
                }
            }
        }
    }

    /// Gives partitions, which stand in the order of their identities, their producers.
    ///
    /// - Returns: false if the bytes are not such a section, and nothing else.
    static func read(_ bytes: RawSpan, into partitions: inout [StateCapture.Partition]) -> Bool {
        if bytes.byteCount == 0 { return true }
        var cursor = ByteCursor(bytes)
        guard cursor.integer(UInt32.self) == tag, let count = cursor.integer(UInt32.self) else {
            return false
        }
        for _ in 0..<count {
            guard let id = cursor.integer(UInt32.self), let table = table(&cursor) else {
                return false
            }
            let index = partitions.firstIndex(reaching: { $0.id.rawValue >= id })
            guard index < partitions.count, partitions[index].id.rawValue == id,
                partitions[index].producers.isEmpty
            else { return false }
            partitions[index].producers = table
        }
        return cursor.isAtEnd
    }

    private static func table(_ cursor: inout ByteCursor) -> ProducerTable? {
        guard let count = cursor.integer(UInt32.self), count > 0,
            count <= LogLimits.producersPerPartitionMax
        else { return nil }
        var table = ProducerTable()
        for _ in 0..<count {
            guard let id = cursor.integer(Int64.self), id >= 0, table.entries[id] == nil,
                let entry = entry(&cursor)
            else { return nil }
            table.insert(entry, of: id)
        }
        return table
    }

    private static func entry(_ cursor: inout ByteCursor) -> ProducerEntry? {
        guard let timestamp = cursor.integer(Int64.self), let epoch = cursor.integer(Int16.self),
            let count = cursor.integer(UInt16.self), count <= LogLimits.producerBatchCountMax,
            cursor.integer(UInt32.self) == 0
        else { return nil }
        var entry = ProducerEntry(epoch: epoch, timestamp: timestamp)
        for _ in 0..<count {
            guard let base = cursor.integer(Int64.self), base >= 0,
                let sequence = cursor.integer(Int32.self), sequence >= 0,
                let delta = cursor.integer(Int32.self), delta >= 0
            else { return nil }
            entry.keep(
                SequencedBatch(firstSequence: sequence, lastOffsetDelta: delta, baseOffset: base))
        }
        return entry
    }
}
