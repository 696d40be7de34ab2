import Bytes
package import Platform
import Records
package import SystemPackage

/// Snapshots and indexes, and which partitions a topic has had.
extension LogInspector {
    /// The snapshots and their mirrors, by ascending positions.
    package func snapshotFiles() throws(IOError) -> [FilePath] {
        try fileSystem.list(layout.checkpoint)
            .filter { $0.hasSuffix(".snapshot") || $0.hasSuffix(".mirror") }
            .map { FilePath("\(layout.checkpoint.string)/\($0)") }
    }

    /// The index of a segment, whether or not it is there.
    package static func index(of segment: FilePath) -> FilePath {
        FilePath(String(segment.string.dropLast(".segment".utf8.count)) + ".index")
    }

    /// What a snapshot holds, or why it holds nothing.
    package func snapshot(_ path: FilePath) throws(IOError) -> Result<InspectedSnapshot, Damage> {
        let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
        do throws(FileHeader.Problem) {
            return .success(InspectedSnapshot(try SnapshotCodec.decode(bytes.rawSpan)))
        } catch {
            return .failure(
                Damage(
                    .snapshot, file: path, position: 0, byteCount: Int64(bytes.count),
                    reason: error.reason))
        }
    }

    /// Walks the entries of an index; ends at the first bytes that are none.
    ///
    /// - Returns: the damage that ended the walk; nil if it came to the end of the file.
    package func walkIndex(
        _ path: FilePath, _ body: (InspectedIndexEntry) -> Void
    ) throws(IOError) -> Damage? {
        let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
        do throws(FileHeader.Problem) {
            _ = try FileHeader(parsing: bytes.rawSpan, expecting: .index)
        } catch {
            return Damage(.fileHeader, file: path, position: 0, reason: error.reason)
        }
        var position = FileHeader.At.end
        while position < bytes.count {
            guard let place = BlockPlace(parsing: bytes.rawSpan, at: position) else {
                return Damage(
                    .index, file: path, position: Int64(position),
                    byteCount: Int64(bytes.count - position),
                    reason: "the checksum of the index entry is wrong, or it is cut off")
            }
            body(InspectedIndexEntry(place, at: Int64(position)))
            position += BlockPlace.At.end
        }
        return nil
    }

    /// The identities that partitions of a topic have, or had in frames that are still there.
    package func partitions(ofTopic topic: String) throws(IOError) -> Set<PartitionID> {
        var found: Set<PartitionID> = []
        for path in try snapshotFiles() {
            guard case .success(let snapshot) = try snapshot(path) else { continue }
            found.formUnion(snapshot.partitions.filter { $0.topic == topic }.map(\.id))
        }
        for path in try commitFiles() {
            try walk(path) { part in
                guard case .frame(let frame) = part else { return }
                for case .createPartition(let id, topic, _, _) in frame.entries { found.insert(id) }
            }
        }
        return found
    }
}

extension InspectedFrame {
    /// What of the frame concerns some partitions and, for batches, some offsets; nil if nothing does.
    ///
    /// nil partitions are all of them; the keyed state belongs to none.
    package func limited(
        to partitions: Set<PartitionID>?, offsets: ClosedRange<Int64>
    ) -> InspectedFrame? {
        func concerns(_ id: PartitionID) -> Bool { partitions?.contains(id) ?? true }
        let kept = entries.compactMap { entry -> Entry? in
            switch entry {
            case .batches(let id, let batches):
                let kept = batches.filter {
                    $0.lastOffset.rawValue >= offsets.lowerBound
                        && $0.baseOffset.rawValue <= offsets.upperBound
                }
                return concerns(id) && !kept.isEmpty ? .batches(id, kept) : nil
            case .put, .remove, .removePrefix: return nil
            case .createPartition(let id, _, _, _), .removePartition(let id),
                .alterPartition(let id, _), .removeBefore(let id, _, _):
                return partitions != nil && concerns(id) ? entry : nil
            }
        }
        guard !kept.isEmpty else { return nil }
        var frame = self
        frame.entries = kept
        return frame
    }
}
