package import Expressions
package import Platform
package import Records
package import SystemPackage

/// Records from one file or several, in the order given; each file is a split.
///
/// Files that are compressed with zstd or gzip are recognised by their first bytes. Every file is
/// checked when the source is opened; only one is open at a time.
package final class FileSource: CheckedSource {
    private struct Split {
        let name: SplitName
        let path: FilePath
        let isRegular: Bool
        let byteCount: Int64
        var reader: RecordReader?
        /// Of a stream, while there is a reader.
        var readiness: InputReadiness?
        /// Where to go on, or where reading ended.
        var place: ScanPlace?
        var storedByteCount: Int64 = 0
        var isAtEnd = false
    }

    private let recordFormat: any RecordFormat
    private let options: ScanOptions
    private let fileSystem: any FileSystem
    private let clock: any Clock
    private var files: [Split]
    private var indexOfName: [SplitName: Int] = [:]
    private var passedBlankLineCount: Int64 = 0
    package let splits: [SplitName]
    package private(set) var format = PayloadFormat.raw

    /// Opens the files.
    ///
    /// - Throws: ``SourceError`` if a file is missing, is a directory, cannot be read or
    ///   decompressed, or has another CSV header line than the first.
    package init(
        paths: [FilePath], format: any RecordFormat, options: ScanOptions = ScanOptions(),
        fileSystem: any FileSystem, clock: any Clock
    ) throws {
        guard !paths.isEmpty else { throw SourceError.noPath }
        recordFormat = format
        self.options = options
        self.fileSystem = fileSystem
        self.clock = clock
        files = []
        for path in paths {
            let status = try Self.status(of: path, fileSystem)
            var name = path.string
            var copy = 1
            while indexOfName[SplitName(name)] != nil {
                copy += 1
                name = "\(path.string)#\(copy)"
            }
            indexOfName[SplitName(name)] = files.count
            files.append(
                Split(
                    name: SplitName(name), path: path, isRegular: status.kind == .regular,
                    byteCount: status.size))
        }
        splits = files.map(\.name)
        try checkAll()
    }

    private static func status(
        of path: FilePath, _ fileSystem: any FileSystem
    ) throws -> FileStatus {
        do throws(IOError) {
            guard let status = try fileSystem.status(of: path) else {
                throw IOError(.open, path, .noSuchFileOrDirectory)
            }
            guard status.kind != .directory else { throw IOError(.open, path, .isDirectory) }
            return status
        } catch {
            throw SourceError.inputOutput(error)
        }
    }

    /// Opens every file once, so that what is wrong with the last one is known before the first one
    /// has been processed.
    ///
    /// Pipes are left alone: to open one may wait for its writer.
    private func checkAll() throws {
        for index in files.indices where index == 0 || files[index].isRegular {
            let reader = try openReader(index)
            if index == 0 {
                files[0].reader = reader
                format = reader.payloadFormat
            }
        }
    }

    private func openReader(_ index: Int) throws -> RecordReader {
        let split = files[index]
        return try named(split) {
            let input: any ByteInput =
                if split.isRegular {
                    FileInput(try fileSystem.open(split.path, .read))
                } else {
                    try openStream(index)
                }
            var reader = RecordReader(
                try InputDetection.open(input, name: split.name.text), format: recordFormat,
                options: options, clock: clock)
            try reader.readHeader()
            try checkColumns(reader.payloadFormat, of: index)
            return reader
        }
    }

    private func openStream(_ index: Int) throws -> StreamInput {
        let file = try fileSystem.open(files[index].path, .read)
        files[index].readiness = file.readiness
        return StreamInput(file)
    }

    private func checkColumns(_ found: PayloadFormat, of index: Int) throws {
        guard index > 0, found != format, case .csv(let columns) = found,
            case .csv(let needed) = format
        else { return }
        throw SourceError.differentColumns(
            name: files[index].name.text, found: columns, first: files[0].name.text,
            needed: needed)
    }

    /// Gives errors of the layers below the file's name.
    private func named<T>(_ split: Split, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as IOError {
            throw SourceError.inputOutput(error)
        } catch let error as FormatError {
            throw SourceError.format(name: split.name.text, error)
        }
    }

    private func index(of split: SplitName) throws -> Int {
        guard let index = indexOfName[split] else {
            throw SourceError.unknownSplit(name: split.text)
        }
        return index
    }

    /// Plain files are sought; compressed ones are decompressed up to the position.
    package func seek(_ split: SplitName, to position: SourcePosition) throws {
        let index = try index(of: split)
        guard let place = ScanPlace(position) else {
            throw SourceError.foreignPosition(name: split.text)
        }
        var reader: RecordReader
        if let open = files[index].reader, open.place == ScanPlace() || !files[index].isRegular {
            reader = open
        } else {
            reader = try openReader(index)
        }
        guard try named(files[index], { try reader.seek(to: place) }) else {
            throw SourceError.shorterThanPosition(
                name: split.text, position: place.position, found: reader.place.position)
        }
        files[index].reader = reader
        files[index].isAtEnd = false
    }

    package func position(of split: SplitName) -> SourcePosition {
        guard let index = indexOfName[split] else { return ScanPlace().sourcePosition }
        return (files[index].reader?.place ?? files[index].place ?? ScanPlace()).sourcePosition
    }

    package func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        try readNext(split, &buffer) { reader, buffer in
            try reader.read(into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
        }
    }

    package func readUnchecked(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> (status: SourceStatus, start: ScanPlace) {
        var start = ScanPlace()
        let status = try readNext(split, &buffer) { reader, buffer in
            defer { start = reader.batchStart }
            return try reader.readUnchecked(
                into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
        }
        return (status, start)
    }

    package func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)? {
        recordFormat.makeChecker(paths)
    }

    private func readNext(
        _ split: SplitName, _ buffer: inout RecordBuffer,
        _ body: (inout RecordReader, inout RecordBuffer) throws -> SourceStatus
    ) throws -> SourceStatus {
        let index = try index(of: split)
        buffer.removeAll()
        if files[index].isAtEnd { return .end }
        // Moved out and back: a second owner of its memory would make every read copy.
        var reader = try files[index].reader.take() ?? openReader(index)
        defer { if !files[index].isAtEnd { files[index].reader = reader } }
        let status = try named(files[index]) { try body(&reader, &buffer) }
        if status == .end { finish(index, reader) }
        return status
    }

    /// Closes a file that has been read to its end.
    private func finish(_ index: Int, _ reader: RecordReader) {
        files[index].place = reader.place
        files[index].storedByteCount = reader.storedByteCount
        files[index].isAtEnd = true
        passedBlankLineCount += reader.blankLineCount
    }

    /// Lines without content that were passed over.
    package var blankLineCount: Int64 {
        files.reduce(passedBlankLineCount) { $0 + ($1.reader?.blankLineCount ?? 0) }
    }

    package func waitForInput() -> Bool {
        StopSignals.waitForInput(files.filter { $0.reader != nil }.compactMap(\.readiness))
    }

    package var progress: SourceProgress? {
        guard files.allSatisfy(\.isRegular) else { return nil }
        return SourceProgress(
            read: files.reduce(0) { $0 + ($1.reader?.storedByteCount ?? $1.storedByteCount) },
            total: files.reduce(0) { $0 + $1.byteCount })
    }

    package func close() {
        for index in files.indices { files[index].reader = nil }
    }
}
