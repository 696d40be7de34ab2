import Bytes
import Platform
import Records
import SystemPackage

/// Appends blocks to a partition's segments, and their places to the indexes.
///
/// Bytes behind a recorded extent may be left from a sealing that a crash ended; they are cut
/// before anything is written. Nothing counts before ``finish()`` has made it durable and a
/// snapshot has recorded it.
final class SegmentWriter {
    private let shared: LogShared
    private let id: PartitionID
    private let topic: String
    private let index: Int32
    private let generation: UInt32
    private let capacity: SegmentCapacity
    /// Whether what follows goes to a new segment whatever the last one holds.
    private var needsNew = false
    /// The extents as they will be recorded; the last one is being written.
    private(set) var extents: [SegmentExtent]
    private var open: OpenSegment?
    private(set) var bytesWritten: Int64 = 0
    private var layout: DataLayout { shared.layout }
    private var fileSystem: any FileSystem { shared.fileSystem }

    /// The two files of the segment being written, and what waits to be written to them.
    private final class OpenSegment {
        let segment: File
        let index: File
        let isNew: Bool
        let summaries: SummaryWriter?
        var blocks: [UInt8] = []
        var places: [UInt8] = []

        init(
            segment: consuming File, index: consuming File, isNew: Bool, summaries: SummaryWriter?
        ) {
            self.segment = segment
            self.index = index
            self.isNew = isNew
            self.summaries = summaries
        }
    }

    init(
        _ id: PartitionID, _ partition: PartitionState, in shared: LogShared, byteCountMax: Int64,
        generation: UInt32 = 0
    ) {
        self.id = id
        topic = partition.topic
        index = partition.index
        // Compaction writes beside what there is; sealing goes on behind it.
        extents = generation == 0 ? partition.segments : []
        self.generation = generation
        self.shared = shared
        capacity = SegmentCapacity(partition, byteCountMax: byteCountMax, generation: generation)
    }

    /// Appends one block.
    func append(
        _ block: RawSpan, _ header: BatchHeader, minTimestamp: Int64
    ) throws(IOError) {
        let open = try target(base: header.baseOffset.rawValue)
        var extent = extents[extents.count - 1]
        let isFirst = extent.byteCount == Int64(FileHeader.At.end)
        extent.maxTimestamp =
            isFirst
            ? header.maxTimestamp : max(extent.maxTimestamp, header.maxTimestamp)
        extent.minTimestamp = isFirst ? minTimestamp : min(extent.minTimestamp, minTimestamp)
        let place = BlockPlace(
            header, minTimestamp: minTimestamp, maxTimestampSoFar: extent.maxTimestamp,
            position: extent.byteCount)
        place.append(to: &open.places)
        open.blocks.append(copying: block)
        open.summaries?.append(block, at: place)
        extent.byteCount += Int64(block.byteCount)
        extent.indexByteCount += Int64(BlockPlace.At.end)
        extent.end = header.nextOffset.rawValue
        if generation > 0, let horizon = header.deleteHorizon {
            extent.deleteHorizon = min(extent.deleteHorizon, horizon)
        }
        extents[extents.count - 1] = extent
        bytesWritten += Int64(block.byteCount + BlockPlace.At.end)
        if open.blocks.count >= LogLimits.scanByteCount { try write(open) }
    }

    /// Says that everything in a range of offsets has been sealed, though records may be missing at
    /// its end.
    func cover(_ offsets: Range<Int64>) throws(IOError) {
        if extents.isEmpty { _ = try target(base: offsets.lowerBound) }
        let last = extents.count - 1
        extents[last].end = max(extents[last].end, offsets.upperBound)
    }

    /// Makes everything appended durable.
    func finish() throws(IOError) {
        guard let open else { return }
        self.open = nil
        try write(open)
        open.summaries?.write()
        try open.segment.synchronizeData()
        try open.index.synchronizeData()
        if open.isNew { try fileSystem.synchronizeDirectory(layout.partition(topic, index)) }
    }

    /// Ends the segment being written; what follows goes to a new one.
    func endSegment() throws(IOError) {
        try finish()
        needsNew = true
    }

    /// Lets the last segment reach up to an offset that no record has; a new one, which `base` names,
    /// if there is none to go on with.
    func cover(to end: Int64, base: Int64) throws(IOError) {
        if needsNew || extents.isEmpty { _ = try target(base: base) }
        extents[extents.count - 1].end = max(extents[extents.count - 1].end, end)
    }

    private func target(base: Int64) throws(IOError) -> OpenSegment {
        let isFull = extents.last.map(capacity.isFull) ?? true
        if isFull { try finish() }
        if let open { return open }
        defer { needsNew = false }
        let created: OpenSegment
        if let last = extents.last, !isFull, !needsNew {
            created = try reopen(last)
        } else {
            created = try create(base: base)
        }
        open = created
        return created
    }

    private func reopen(_ extent: SegmentExtent) throws(IOError) -> OpenSegment {
        let segment = try fileSystem.open(
            layout.segment(topic, index, extent), .update)
        let indexFile = try fileSystem.open(
            layout.index(topic, index, extent), .create)
        try segment.truncate(to: extent.byteCount)
        try indexFile.truncate(to: extent.indexByteCount)
        return OpenSegment(
            segment: segment, index: indexFile, isNew: false, summaries: summaries(extent))
    }

    private func create(base: Int64) throws(IOError) -> OpenSegment {
        try fileSystem.createDirectories(layout.partition(topic, index))
        // Also if they were there: whoever made them may have failed before they were durable.
        try fileSystem.synchronizeDirectory(layout.topic(topic))
        try fileSystem.synchronizeDirectory(layout.topics)
        // Removed first: a file of a removed partition of the same name may still be read.
        let extent = SegmentExtent(base: base, generation: generation)
        let segmentPath = layout.segment(topic, index, extent)
        let indexPath = layout.index(topic, index, extent)
        for path in [segmentPath, indexPath]
        where try fileSystem.status(of: path) != nil {
            try fileSystem.remove(path)
        }
        // Before the files are there: whoever gives up knows what to remove.
        extents.append(extent)
        let segment = try fileSystem.open(segmentPath, .createNew)
        let indexFile = try fileSystem.open(indexPath, .createNew)
        try segment.write(
            FileHeader(.segment, base: base, partition: id.rawValue, generation: generation)
                .bytes.rawSpan, at: 0)
        try indexFile.write(
            FileHeader(.index, base: base, partition: id.rawValue, generation: generation)
                .bytes.rawSpan, at: 0)
        return OpenSegment(
            segment: segment, index: indexFile, isNew: true, summaries: summaries(extent))
    }

    private func summaries(_ extent: SegmentExtent) -> SummaryWriter? {
        SummaryWriter(SegmentPlace(id: id, topic: topic, index: index, extent: extent), in: shared)
    }

    private func write(_ open: OpenSegment) throws(IOError) {
        let extent = extents[extents.count - 1]
        // Moved out, so that the bytes can be lent; moved back with their memory.
        var (blocks, places): ([UInt8], [UInt8]) = ([], [])
        swap(&blocks, &open.blocks)
        swap(&places, &open.places)
        try open.segment.write(blocks.rawSpan, at: extent.byteCount - Int64(blocks.count))
        try open.index.write(places.rawSpan, at: extent.indexByteCount - Int64(places.count))
        blocks.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        swap(&blocks, &open.blocks)
        swap(&places, &open.places)
    }
}
