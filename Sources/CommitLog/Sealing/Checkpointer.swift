import Bytes
import Platform
import SystemPackage

/// Writes snapshots, and removes what they make superfluous.
struct Checkpointer {
    private let shared: LogShared
    private let segments: SegmentCache
    private var layout: DataLayout { shared.layout }
    private var fileSystem: any FileSystem { shared.fileSystem }

    init(shared: LogShared, segments: SegmentCache) {
        self.shared = shared
        self.segments = segments
    }

    /// Writes a snapshot twice, then removes older ones, commit-log files that nobody needs and
    /// files that belong to nothing.
    ///
    /// A crash between any two steps leaves either what the older snapshot needs or what the newer
    /// one needs, and files too many, which the next run removes.
    func write(_ capture: StateCapture) throws(IOError) {
        let bytes = SnapshotCodec.encode(capture)
        try fileSystem.replace(layout.snapshot(capture.position), with: bytes.rawSpan)
        try fileSystem.replace(layout.mirror(capture.position), with: bytes.rawSpan)
        try removeOldSnapshots(before: capture.position)
        try removeCommitFiles(before: capture.neededFrom)
        try sweep(capture)
        shared.withState { $0.statistics.checkpoints += 1 }
    }

    private func removeOldSnapshots(before position: LogPosition) throws(IOError) {
        for name in try fileSystem.list(layout.checkpoint) {
            let number =
                DataLayout.number(of: name, suffix: ".snapshot")
                ?? DataLayout.number(of: name, suffix: ".mirror")
            guard let number, number < position.rawValue else { continue }
            try fileSystem.remove(FilePath("\(layout.checkpoint.string)/\(name)"))
        }
        try fileSystem.synchronizeDirectory(layout.checkpoint)
    }

    private func removeCommitFiles(before position: LogPosition) throws(IOError) {
        let removed = shared.withState { state -> [CommitFile] in
            var count = 0
            while count + 1 < state.files.count, state.files[count + 1].start <= position {
                count += 1
            }
            let removed = Array(state.files[..<count])
            state.files.removeFirst(count)
            state.statistics.sealedFiles += Int64(count)
            return removed
        }
        guard !removed.isEmpty else { return }
        let files = CommitFileMaker(shared: shared)
        for file in removed { try files.retire(file) }
        try fileSystem.synchronizeDirectory(layout.commit)
    }

    /// Removes segments that the snapshot does not name: those of removed partitions, those that
    /// retention or compaction has done away with, and those that a sealing or compaction had begun
    /// when the power failed.
    private func sweep(_ capture: StateCapture) throws(IOError) {
        let isNeeded = shared.withState { state in
            // What was removed after the snapshot was taken is left for the next one.
            let isAll = state.removals == capture.removals
            defer { if isAll { (state.needsSweep, state.hasGarbage) = (false, false) } }
            return state.needsSweep
        }
        guard isNeeded else { return }
        segments.keep(only: capture)
        var wanted: [String: Set<String>] = [:]
        for partition in capture.partitions {
            var names: Set<String> = []
            for extent in partition.segments {
                names.insert(DataLayout.segmentName(extent))
                names.insert(DataLayout.indexName(extent))
                names.insert(DataLayout.summaryName(extent))
            }
            wanted[layout.partition(partition.topic, partition.index).string] = names
        }
        for topic in try fileSystem.list(layout.topics) {
            let topic = layout.topic(topic)
            for index in try fileSystem.list(topic) {
                try sweep(topic.appending(index), wanted: wanted)
            }
            if try fileSystem.list(topic).isEmpty { try fileSystem.remove(topic) }
        }
    }

    private func sweep(
        _ directory: FilePath, wanted: [String: Set<String>]
    ) throws(IOError) {
        let names = wanted[directory.string]
        for name in try fileSystem.list(directory) where !(names?.contains(name) ?? false) {
            try fileSystem.remove(FilePath("\(directory.string)/\(name)"))
        }
        if names == nil { try fileSystem.remove(directory) }
    }
}
