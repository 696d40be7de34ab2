import Bytes
import Platform
import Records
import SystemPackage

/// What the segments on the disk say of their partitions, for the case that no snapshot is whole.
struct SegmentSurvey {
    let layout: DataLayout
    let fileSystem: any FileSystem

    /// Partitions with their segments; no keyed state.
    func capture() throws(IOError) -> StateCapture {
        var partitions: [StateCapture.Partition] = []
        for topic in try fileSystem.list(layout.topics) {
            guard (try? TopicName(parsing: topic)) != nil else { continue }
            for name in try directory(layout.topic(topic)) {
                guard let index = Int32(name), index >= 0 else { continue }
                if let partition = try partition(topic, index) { partitions.append(partition) }
            }
        }
        partitions.sort { $0.id < $1.id }
        return StateCapture(
            position: .zero, neededFrom: .zero,
            nextPartitionID: (partitions.last?.id.rawValue).map { $0 + 1 } ?? 0,
            partitions: partitions, tables: [:])
    }

    private func directory(_ path: FilePath) throws(IOError) -> [String] {
        try fileSystem.status(of: path)?.kind == .directory ? fileSystem.list(path) : []
    }

    private func partition(
        _ topic: String, _ index: Int32
    ) throws(IOError) -> StateCapture.Partition? {
        var found: [UInt32: [SegmentExtent]] = [:]
        for name in try directory(layout.partition(topic, index)) {
            guard let segment = DataLayout.segment(name),
                let (id, extent) = try extent(topic, index, segment)
            else { continue }
            found[id, default: []].append(extent)
        }
        // Segments of a removed topic of the same name have a lower identity.
        guard let id = found.keys.max(), let extents = found[id].map(Self.newest) else {
            return nil
        }
        return StateCapture.Partition(
            id: PartitionID(rawValue: id), topic: topic, index: index, options: .init(),
            start: extents.first?.base ?? 0, end: extents.last?.end ?? 0, compactedEnd: 0,
            segments: extents, removed: [:])
    }

    /// Without segments whose offsets lie in one of a higher generation: compaction has replaced them,
    /// and was about to remove them.
    private static func newest(_ extents: [SegmentExtent]) -> [SegmentExtent] {
        var kept: [SegmentExtent] = []
        for extent in extents.sorted(by: { $0.generation > $1.generation })
        where !kept.contains(where: { $0.base < extent.end && extent.base < $0.end }) {
            kept.append(extent)
        }
        return kept.sorted { $0.base < $1.base }
    }

    /// A segment up to its last whole block; nil if it has none.
    private func extent(
        _ topic: String, _ index: Int32, _ segment: SegmentExtent
    ) throws(IOError) -> (id: UInt32, extent: SegmentExtent)? {
        let path = layout.segment(topic, index, segment)
        var bytes: [UInt8] = []
        try fileSystem.open(path, .read).read(into: &bytes, count: FileHeader.At.end, at: 0)
        guard let header = try? FileHeader(parsing: bytes.rawSpan, expecting: .segment),
            header.base == segment.base, header.generation == segment.generation
        else { return nil }
        var blocks: [InspectedBlock] = []
        var isWhole = true
        _ = try LogInspector(directory: layout.root, fileSystem: fileSystem).walkSegment(path) {
            isWhole = isWhole && $0.problem == nil
            if isWhole { blocks.append($0) }
        }
        // Blocks behind the index are of a sealing that was interrupted: the commit log has them.
        let places = try places(layout.index(topic, index, segment))
        if !places.isEmpty { blocks = Array(blocks.prefix(places.count)) }
        guard let last = blocks.last else { return nil }
        let times = blocks.map(\.maxTimestamp)
        var extent = segment
        extent.end = last.lastOffset.rawValue + 1
        extent.minTimestamp = (places.map(\.minTimestamp) + times).min() ?? 0
        extent.maxTimestamp = times.max() ?? 0
        extent.byteCount = last.filePosition + Int64(last.byteCount)
        extent.indexByteCount = Int64(FileHeader.At.end + blocks.count * BlockPlace.At.end)
        return (header.partition, extent)
    }

    /// The whole entries at the beginning of an index.
    private func places(_ path: FilePath) throws(IOError) -> [BlockPlace] {
        guard try fileSystem.status(of: path) != nil else { return [] }
        let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
        var places: [BlockPlace] = []
        var position = FileHeader.At.end
        while let place = BlockPlace(parsing: bytes.rawSpan, at: position) {
            places.append(place)
            position += BlockPlace.At.end
        }
        return places
    }
}
