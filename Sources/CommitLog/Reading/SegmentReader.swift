import Bytes
import Platform
import Records
import SystemPackage

/// One segment, open for reading, with its index in memory.
final class SegmentReader: Sendable {
    let file: File
    let blocks: [BlockPlace]
    /// How far the index reaches; a longer segment needs a new reader.
    let byteCount: Int64
    /// Whether the index file was damaged and the index was read from the segment itself.
    let isRebuilt: Bool

    /// Opens the segment and loads its index; O(blocks).
    init(
        _ extent: SegmentExtent, of partition: PartitionID, topic: String, index: Int32,
        in layout: DataLayout, _ fileSystem: any FileSystem
    ) throws(ReadError) {
        let path = layout.segment(topic, index, extent)
        byteCount = extent.byteCount
        do {
            let file = try fileSystem.open(path, .read)
            let loaded = try? Self.loadIndex(
                extent, partition: partition, layout.index(topic, index, extent),
                fileSystem)
            isRebuilt = loaded == nil
            blocks = try loaded ?? Self.rebuildIndex(extent, file)
            self.file = file
        } catch let error as IOError {
            guard error.failure == .notFound else { throw .inputOutput(error) }
            let damage = Damage(
                .missing, file: path, position: 0, byteCount: extent.byteCount,
                reason: "the segment is missing", topic: topic, partitionIndex: index,
                offsets: RecordOffset(rawValue: extent.base)..<RecordOffset(rawValue: extent.end))
            throw .damaged(damage, next: RecordOffset(rawValue: extent.end))
        } catch let problem as FileHeader.Problem {
            let damage = Damage(
                .batch, file: path, position: 0, byteCount: extent.byteCount,
                reason: problem.reason, topic: topic, partitionIndex: index,
                offsets: RecordOffset(rawValue: extent.base)..<RecordOffset(rawValue: extent.end))
            throw .damaged(damage, next: RecordOffset(rawValue: extent.end))
        } catch {
            preconditionFailure("segments fail with IOError or Problem, not \(error)")
        }
    }

    /// Index of the first block that holds `offset` or a later one; the count if none does.
    func index(reaching offset: Int64) -> Int {
        blocks.firstIndex(reaching: { $0.nextOffset > offset })
    }

    /// Index of the first block with a record at or after `timestamp`; the count if none has.
    func index(atOrAfter timestamp: Int64) -> Int {
        blocks.firstIndex(reaching: { $0.maxTimestampSoFar >= timestamp })
    }

    /// The index from its file; throws if one byte of it is wrong.
    static func loadIndex(
        _ extent: SegmentExtent, partition: PartitionID, _ path: FilePath,
        _ fileSystem: any FileSystem
    ) throws -> [BlockPlace] {
        let file = try fileSystem.open(path, .read)
        var bytes: [UInt8] = []
        // What a snapshot says of its length is not yet a reason to make room for it.
        let count = Int(min(extent.indexByteCount, try file.size()))
        try file.read(into: &bytes, count: count, at: 0)
        let header = try FileHeader(parsing: bytes.rawSpan, expecting: .index)
        guard bytes.count == Int(extent.indexByteCount), header.base == extent.base,
            header.partition == partition.rawValue, header.generation == extent.generation
        else { throw FileHeader.Problem(reason: "the index is short, or of another segment") }
        var blocks: [BlockPlace] = []
        var position = FileHeader.At.end
        while position < bytes.count {
            guard let block = BlockPlace(parsing: bytes.rawSpan, at: position) else {
                throw FileHeader.Problem(
                    reason: "the checksum of the index entry at byte \(position) is wrong")
            }
            blocks.append(block)
            position += BlockPlace.At.end
        }
        return blocks
    }

    /// The index from the headers of the segment's blocks; O(blocks) reads.
    static func rebuildIndex(_ extent: SegmentExtent, _ file: borrowing File) throws -> [BlockPlace]
    {
        var blocks: [BlockPlace] = []
        var position = Int64(FileHeader.At.end)
        var maxTimestampSoFar = Int64.min
        var bytes: [UInt8] = []
        while position < extent.byteCount {
            bytes.removeAll(keepingCapacity: true)
            try file.read(into: &bytes, count: BatchHeader.At.end, at: position)
            guard let header = try? BatchHeader(parsing: bytes.rawSpan),
                position + Int64(header.byteCount) <= extent.byteCount,
                header.baseOffset.rawValue >= blocks.last?.nextOffset ?? extent.base
            else {
                throw FileHeader.Problem(
                    reason: "there is no block at byte \(position), and the index is damaged too")
            }
            maxTimestampSoFar = max(maxTimestampSoFar, header.maxTimestamp)
            blocks.append(
                BlockPlace(
                    header,
                    minTimestamp: header.deleteHorizon == nil
                        ? min(header.baseTimestamp, header.maxTimestamp) : .min,
                    maxTimestampSoFar: maxTimestampSoFar, position: position))
            position += Int64(header.byteCount)
        }
        return blocks
    }
}

extension BlockPlace {
    /// The entry of a stored block.
    init(
        _ header: BatchHeader, minTimestamp: Int64, maxTimestampSoFar: Int64, position: Int64
    ) {
        self.init(
            baseOffset: header.baseOffset.rawValue,
            lastOffset: header.nextOffset.rawValue - 1, minTimestamp: minTimestamp,
            maxTimestamp: header.maxTimestamp, maxTimestampSoFar: maxTimestampSoFar,
            position: position, byteCount: Int32(header.byteCount),
            recordCount: header.recordCount, blockCRC: header.crc)
    }
}
