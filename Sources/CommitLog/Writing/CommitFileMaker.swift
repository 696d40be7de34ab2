import Bytes
import Platform

/// Makes commit-log files, of the space of older ones where there is some.
///
/// Records have left a file when it is sealed; its blocks on the disk and its pages in the cache are
/// worth keeping: writing over them costs a copy, while a new file needs pages to be found and
/// cleared, and extents to be noted in the file system's journal by every fsync. What lies behind
/// the last frame of such a file is what it held before: older frames, which bear another tag and
/// name other positions, and records of users, who cannot know the tag and so cannot have written
/// what a recovery would take for a frame of this file.
struct CommitFileMaker {
    private let shared: LogShared

    init(shared: LogShared) { self.shared = shared }

    /// Makes a file of at least a length: header, reserved space and name are durable.
    ///
    /// After an error a file without frames may be left under its name.
    func make(at start: LogPosition, byteCount: Int64) throws(IOError) -> CommitFile {
        if let spare = shared.withState({ $0.takeSpare() }) {
            do throws(IOError) {
                return try renew(spare, at: start, byteCount: byteCount)
            } catch {
                // Without it there is one way less to fail.
                try? shared.fileSystem.remove(shared.layout.spareFile(spare.start))
            }
        }
        let file = try shared.fileSystem.open(shared.layout.commitFile(start), .replace)
        try file.preallocate(byteCount)
        try file.write(FileHeader(.commit, base: start.rawValue).bytes.rawSpan, at: 0)
        try file.synchronize()
        try shared.fileSystem.synchronizeDirectory(shared.layout.commit)
        return CommitFile(start: start, file: file, tag: 0)
    }

    /// Gives a file that nobody reads another header, and then the name that belongs to it.
    private func renew(
        _ spare: CommitFile, at start: LogPosition, byteCount: Int64
    ) throws(IOError) -> CommitFile {
        let (old, new) = (shared.layout.spareFile(spare.start), shared.layout.commitFile(start))
        let tag = UInt32(truncatingIfNeeded: shared.options.randomness.next()) | 1
        let header = FileHeader(.commit, base: start.rawValue, generation: tag)
        let file = try shared.fileSystem.open(old, .update)
        try file.preallocate(byteCount)
        try file.write(header.bytes.rawSpan, at: 0)
        try file.synchronize()
        try file.close()
        try shared.fileSystem.rename(old, to: new)
        try shared.fileSystem.synchronizeDirectory(shared.layout.commit)
        shared.withState { $0.statistics.renewedFiles += 1 }
        return CommitFile(
            start: start, file: try shared.fileSystem.open(new, .update), tag: tag)
    }

    /// Keeps a file that is not needed any more, or removes it if there are enough.
    func retire(_ file: CommitFile) throws(IOError) {
        let isWanted = shared.withState { $0.spares.count < LogLimits.spareFilesMax }
        let size = try file.file.size()
        // A file that was ended early, or made for one large frame, is of another length.
        let usual = shared.options.commitFileByteCount
        guard isWanted, size > usual / 2, size <= usual + Int64(FileHeader.At.end) else {
            return try shared.fileSystem.remove(file.file.path)
        }
        try shared.fileSystem.rename(file.file.path, to: shared.layout.spareFile(file.start))
        shared.withState { $0.spares.append(file) }
    }

    /// Gives the space of the files back that were kept.
    func removeSpares() {
        let spares = shared.withState { state in
            defer { state.spares.removeAll() }
            return state.spares
        }
        for spare in spares { try? shared.fileSystem.remove(shared.layout.spareFile(spare.start)) }
    }
}
