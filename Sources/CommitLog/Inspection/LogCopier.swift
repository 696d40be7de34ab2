import Bytes
package import Platform
import Records
package import SystemPackage

/// Copies a data directory while another process may be writing it: the state as of some moment at or
/// after the beginning.
///
/// No lock is needed. A snapshot names what belongs to it: bytes of segments before the recorded
/// ends never change, and commit-log files only grow. All files of the commit log are opened
/// before the first is copied, so that they can be read to their end although a checkpoint
/// removes them, unless it makes newer ones of them meanwhile; what is gone before it could be opened begins another attempt with a newer
/// snapshot. Segments that an earlier attempt has copied are not copied again.
package struct LogCopier {
    private let source: DataLayout
    private let target: DataLayout
    private let fileSystem: any FileSystem
    private var report = CopyReport()
    /// Bytes of segments that are in the copy, by target file.
    private var copied: [String: Int64] = [:]

    /// A file that the snapshot names and that is not there any more.
    private struct Vanished: Error {
        let path: FilePath
    }

    package init(
        from source: FilePath, to target: FilePath, fileSystem: any FileSystem = RealFileSystem()
    ) {
        self.source = DataLayout(source)
        self.target = DataLayout(target)
        self.fileSystem = fileSystem
    }

    /// Copies, makes the copy durable, and checks it.
    package mutating func run() throws(CopyError) -> CopyReport {
        do throws(OpenError) { try FormatFile.demand(in: source, fileSystem) } catch {
            throw .source(error)
        }
        do {
            try prepareTarget()
            try copyAttempts()
            report.bytes = try fileSystem.filesOfTree(target.root).reduce(0) { sum, file in
                sum + (try fileSystem.status(of: file)?.size ?? 0)
            }
            try finishTarget()
            report.verification = try LogInspector(
                directory: target.root, fileSystem: fileSystem
            ).verify()
            var recovery = Recovery(layout: target, fileSystem: fileSystem)
            try recovery.run()
            report.end = recovery.state.end
            report.partitions = recovery.state.partitions.count
            report.records = recovery.state.partitions.values.reduce(0) { $0 + $1.end - $1.start }
        } catch let error as IOError {
            throw .inputOutput(error)
        } catch let error as OpenError {
            throw .source(error)
        } catch let error as CopyError {
            throw error
        } catch {
            preconditionFailure("copying throws IOError, OpenError or CopyError, not \(error)")
        }
        return report
    }

    // MARK: Both ends

    /// As long as the file `COPYING` is there and `FORMAT` is not, nobody opens what is half copied.
    private var mark: FilePath { FilePath("\(target.root.string)/COPYING") }

    private func prepareTarget() throws {
        try fileSystem.createDirectories(target.root)
        if let found = try fileSystem.list(target.root).first {
            throw CopyError.targetNotEmpty(target.root, found: found)
        }
        try fileSystem.open(mark, .createNew).synchronize()
        for directory in [target.commit, target.topics, target.checkpoint] {
            try fileSystem.createDirectory(directory)
        }
        try fileSystem.synchronizeDirectory(target.root)
    }

    private func finishTarget() throws {
        for file in try fileSystem.filesOfTree(target.root) {
            try fileSystem.open(file, .update).synchronize()
        }
        for topic in try fileSystem.list(target.topics) {
            for index in try fileSystem.list(target.topic(topic)) {
                try fileSystem.synchronizeDirectory(
                    FilePath("\(target.topic(topic).string)/\(index)"))
            }
        }
        for directory in [target.commit, target.checkpoint] {
            try fileSystem.synchronizeDirectory(directory)
        }
        try fileSystem.remove(mark)
        try fileSystem.replace(target.format, with: Array(FormatFile.text.utf8).rawSpan)
    }

    // MARK: Attempts

    private mutating func copyAttempts() throws {
        var missing = source.root
        while report.attempts < LogLimits.copyAttemptsMax {
            report.attempts += 1
            do {
                return try attempt()
            } catch let error as Vanished {
                missing = error.path
            }
            for directory in [target.commit, target.checkpoint] {
                for name in try fileSystem.list(directory) {
                    try fileSystem.remove(FilePath("\(directory.string)/\(name)"))
                }
            }
        }
        throw CopyError.restless(attempts: report.attempts, missing: missing)
    }

    private mutating func attempt() throws {
        let snapshot = try readSnapshot()
        let capture = snapshot?.capture
        try copyCommitFiles(
            from: capture?.neededFrom ?? .zero, durable: capture?.position ?? .zero)
        guard let (bytes, capture) = snapshot else { return }
        for path in [target.snapshot(capture.position), target.mirror(capture.position)] {
            try fileSystem.open(path, .replace).write(bytes.rawSpan, at: 0)
        }
        for partition in capture.partitions {
            for extent in partition.segments { try copy(extent, of: partition) }
        }
    }

    /// The newest whole snapshot; nil if there is none yet.
    private func readSnapshot() throws -> (bytes: [UInt8], capture: StateCapture)? {
        let names = try fileSystem.list(source.checkpoint)
        let positions = Set(
            names.compactMap {
                DataLayout.number(of: $0, suffix: ".snapshot")
                    ?? DataLayout.number(of: $0, suffix: ".mirror")
            })
        guard !positions.isEmpty else { return nil }
        var problem: Damage?
        for position in positions.sorted(by: >).map(LogPosition.init(rawValue:)) {
            for path in [source.snapshot(position), source.mirror(position)] {
                guard try fileSystem.status(of: path) != nil else { continue }
                do {
                    let bytes = try vanishing(path) { () throws(IOError) in
                        try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
                    }
                    return (bytes, try SnapshotCodec.decode(bytes.rawSpan))
                } catch let error as FileHeader.Problem {
                    problem = Damage(.snapshot, file: path, position: 0, reason: error.reason)
                }
            }
        }
        guard let problem else { throw Vanished(path: source.checkpoint) }
        throw OpenError.damaged(problem)
    }

    private func copyCommitFiles(from needed: LogPosition, durable: LogPosition) throws {
        let starts = try fileSystem.list(source.commit)
            .compactMap { DataLayout.number(of: $0, suffix: ".log") }.sorted()
        var files: [CommitFile] = []
        for (index, start) in starts.enumerated() {
            if index + 1 < starts.count, starts[index + 1] <= needed.rawValue { continue }
            let start = LogPosition(rawValue: start)
            let path = source.commitFile(start)
            let file = try vanishing(path) { () throws(IOError) in
                try CommitFile(start: start, opened: try fileSystem.open(path, .read))
            }
            files.append(file)
        }
        // Removed between the snapshot and now: a newer one is there.
        if (files.first?.start ?? durable) > needed {
            throw Vanished(path: source.commitFile(needed))
        }
        for (index, file) in files.enumerated() {
            let next = index + 1 < files.count ? files[index + 1].start : nil
            try copy(file, upTo: next, durable: durable)
        }
    }

    /// Copies a file of the commit log; the last one up to its last whole frame.
    private func copy(
        _ file: CommitFile, upTo next: LogPosition?, durable: LogPosition
    ) throws {
        let end = try next ?? Self.end(of: file, durable: durable)
        let path = target.commitFile(file.start)
        try copy(file.file, to: path, count: file.filePosition(of: end))
        // A file that is made a newer one loses its name, then its header, before its frames.
        let name = source.commitFile(file.start)
        if try file.headerProblem() != nil, try fileSystem.status(of: name) == nil {
            throw Vanished(path: name)
        }
        guard next == nil else { return }
        // What was refused is cut off and written over: only what is whole in the copy counts.
        let copy = try CommitFile(start: file.start, opened: try fileSystem.open(path, .update))
        let whole = try Self.end(of: copy, durable: durable)
        if try copy.file.size() > copy.filePosition(of: whole) {
            try copy.file.truncate(to: copy.filePosition(of: whole))
        }
    }

    private static func end(
        of file: CommitFile, durable: LogPosition
    ) throws(IOError) -> LogPosition {
        var scanner = try CommitFileScanner(file, expectedEnd: nil, provenDurable: durable)
        while let event = try scanner.next() {
            if case .end(let end, _) = event { return end }
        }
        return file.start
    }

    // MARK: Segments

    private mutating func copy(
        _ extent: SegmentExtent, of partition: StateCapture.Partition
    ) throws {
        let (topic, index) = (partition.topic, partition.index)
        try fileSystem.createDirectories(target.partition(topic, index))
        let segment = target.segment(topic, index, extent)
        try copy(
            source.segment(topic, index, extent), to: segment, count: extent.byteCount)
        var header: [UInt8] = []
        try fileSystem.open(segment, .read).read(into: &header, count: FileHeader.At.end, at: 0)
        let found = try? FileHeader(parsing: header.rawSpan, expecting: .segment)
        if let found, found.partition != partition.id.rawValue {
            // The topic was deleted and made again since the snapshot.
            copied[segment.string] = nil
            throw Vanished(path: segment)
        }
        do {
            try copy(
                source.index(topic, index, extent),
                to: target.index(topic, index, extent), count: extent.indexByteCount)
        } catch is Vanished {
            // An index is a hint. With its segment there it is damage of the source, which the check names.
            let path = source.segment(topic, index, extent)
            guard try fileSystem.status(of: path) != nil else { throw Vanished(path: path) }
        }
        // A summary is a hint as a whole: reading goes on without it.
        let summary = source.summary(topic, index, extent)
        if let size = try fileSystem.status(of: summary)?.size {
            try? copy(summary, to: target.summary(topic, index, extent), count: size)
        }
    }

    private mutating func copy(_ path: FilePath, to copy: FilePath, count: Int64) throws {
        if copied[copy.string] == count { return }
        try vanishing(path) { () throws(IOError) in
            try self.copy(try fileSystem.open(path, .read), to: copy, count: count)
        }
        copied[copy.string] = count
    }

    /// Copies the first bytes of a file, or all if there are fewer.
    private func copy(
        _ file: borrowing File, to path: FilePath, count: Int64
    ) throws(IOError) {
        let copy = try fileSystem.open(path, .replace)
        var bytes: [UInt8] = []
        var position: Int64 = 0
        while position < count {
            bytes.removeAll(keepingCapacity: true)
            let wanted = Int(min(count - position, Int64(LogLimits.scanByteCount)))
            let read = try file.read(into: &bytes, count: wanted, at: position)
            guard read > 0 else { break }
            try copy.write(bytes.rawSpan, at: position)
            position += Int64(read)
        }
        try copy.close()
    }

    private func vanishing<Result>(
        _ path: FilePath, _ body: () throws(IOError) -> Result
    ) throws -> Result {
        do throws(IOError) { return try body() } catch {
            guard error.failure == .notFound else { throw error }
            throw Vanished(path: path)
        }
    }
}
