package import Bytes
package import Platform
package import Records
package import SystemPackage

/// One file being written, of a target's one to three.
///
/// Whole: written under a temporary name beside its place, and renamed when it is complete, so that
/// nobody ever sees a part of it. Resumable: written in place, and cut to what was committed when
/// it is resumed. Pipes and devices are simply written to.
package final class OutputFile {
    private enum Mode {
        case whole(temporary: FilePath)
        case resumable, stream
    }

    /// Where the output is to be.
    package let path: FilePath
    private let mode: Mode
    private let fileSystem: any FileSystem
    private let sink: FileSink
    private let output: OutputBuffer
    private let codec: CompressingSink?
    private var encoder: any RecordEncoder
    private var isStarted = false
    private var isFinished = false
    private var isNameDurable = false
    /// Bytes taken, before compression, up to the last commit.
    private var committedByteCount: Int64 = 0

    /// Opens an output.
    ///
    /// `isResumable` says whether ``restore(to:)`` and ``commit()`` are to be used.
    ///
    /// - Throws: ``TargetError``; nothing is left behind then.
    package init(
        _ path: FilePath, format: any RecordFormat, options: EncodeOptions = EncodeOptions(),
        compression: StreamCompression?, isResumable: Bool, fileSystem: any FileSystem
    ) throws {
        self.path = path
        self.fileSystem = fileSystem
        do throws(IOError) {
            mode = try Self.mode(of: path, isResumable: isResumable, fileSystem)
            switch mode {
            case .whole(let temporary):
                sink = FileSink(try fileSystem.open(temporary, .create), position: 0)
            case .resumable: sink = FileSink(try fileSystem.open(path, .create), position: 0)
            case .stream: sink = FileSink(try fileSystem.open(path, .append), position: nil)
            }
        } catch {
            throw TargetError(error)
        }
        switch mode {
        case .whole:
            guard try sink.lock() else { throw TargetError.inUse(path: path) }
            try sink.truncate(to: 0)
        case .resumable:
            guard try sink.lock() else { throw TargetError.inUse(path: path) }
        case .stream:
            if isResumable { throw TargetError.notResumable(path: path) }
        }
        codec = compression.map { [sink] in CompressingSink(sink, codec: $0, path: path) }
        output = OutputBuffer(codec ?? sink)
        encoder = format.makeEncoder(options)
    }

    private static func mode(
        of path: FilePath, isResumable: Bool, _ fileSystem: any FileSystem
    ) throws(IOError) -> Mode {
        switch try fileSystem.status(of: path)?.kind {
        case .directory: throw IOError(.open, path, .isDirectory)
        case .fifo, .characterDevice, .other: return .stream
        case .regular, nil: break
        }
        if isResumable { return .resumable }
        guard let name = path.lastComponent else { throw IOError(.open, path, .isDirectory) }
        // One name, not a random one: what a killed process left is taken over by the next.
        let temporary = path.removingLastComponent().appending(".\(name.string).partial")
        return .whole(temporary: temporary)
    }

    /// Cuts a resumable output to what was committed; nil: nothing was, it becomes empty.
    package func restore(to committed: Int64?) throws {
        let committed = committed ?? 0
        let found = try sink.size()
        guard found >= committed else {
            throw TargetError.shorterThanCommitted(path: path, committed: committed, found: found)
        }
        try sink.truncate(to: committed)
        isStarted = committed > 0
    }

    /// Bytes taken since the last commit.
    package var pendingByteCount: Int { Int(output.byteCount - committedByteCount) }

    /// Takes a copy of the selected records.
    package func write(
        _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        try start()
        try encoder.encode(block, selection, into: output)
    }

    private func start() throws {
        guard !isStarted else { return }
        isStarted = true
        try encoder.start(output)
    }

    /// Hands everything on.
    ///
    /// Of a resumable output, ends the compressed frame, so that cutting there is exact, and makes
    /// it durable.
    ///
    /// - Returns: the length of a resumable output.
    @discardableResult
    package func commit() throws -> Int64 {
        try output.flush()
        committedByteCount = output.byteCount
        guard case .resumable = mode else { return 0 }
        try codec?.endFrame()
        try sink.synchronizeData()
        if !isNameDurable {
            try synchronizeDirectory()
            isNameDurable = true
        }
        return sink.position ?? 0
    }

    /// Completes the output: a whole one gets its name now, durable with its content.
    package func finish() throws {
        guard !isFinished else { return }
        try start()
        try output.flush()
        committedByteCount = output.byteCount
        try codec?.endFrame()
        if case .whole(let temporary) = mode {
            try sink.synchronizeData()
            do throws(IOError) {
                try fileSystem.rename(temporary, to: path)
            } catch {
                throw TargetError(error)
            }
            try synchronizeDirectory()
        } else if case .resumable = mode {
            try sink.synchronizeData()
        }
        isFinished = true
    }

    /// Removes a whole output that was not finished.
    package func close() throws {
        guard !isFinished, case .whole(let temporary) = mode else { return }
        isFinished = true
        do throws(IOError) { try fileSystem.remove(temporary) } catch { throw TargetError(error) }
    }

    private func synchronizeDirectory() throws {
        let directory = path.removingLastComponent()
        do throws(IOError) {
            try fileSystem.synchronizeDirectory(directory.isEmpty ? "." : directory)
        } catch {
            throw TargetError(error)
        }
    }
}
