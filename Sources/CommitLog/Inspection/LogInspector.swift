import Bytes
package import Platform
import Records
package import SystemPackage

/// Looks at the files of a data directory without opening it as a log: for `sluice log dump` and
/// `sluice log verify`.
///
/// Changes nothing but the file `LOCK`.
package struct LogInspector: Sendable {
    package let layout: DataLayout
    let fileSystem: any FileSystem

    package init(directory: FilePath, fileSystem: any FileSystem = RealFileSystem()) {
        layout = DataLayout(directory)
        self.fileSystem = fileSystem
    }

    // MARK: Which files there are

    /// The commit-log files by ascending positions.
    package func commitFiles() throws(IOError) -> [FilePath] {
        try fileSystem.list(layout.commit)
            .compactMap { DataLayout.number(of: $0, suffix: ".log") }
            .map { layout.commitFile(LogPosition(rawValue: $0)) }
    }

    /// The segment files by topic, partition and base offset, as directories list them.
    package func segmentFiles() throws(IOError) -> [FilePath] {
        var found: [FilePath] = []
        for topic in try fileSystem.list(layout.topics) {
            for index in try directory(layout.topic(topic)) {
                guard let index = Int32(index) else { continue }
                for name in try directory(layout.partition(topic, index)) {
                    guard DataLayout.isSegment(name) else { continue }
                    found.append(layout.partition(topic, index).appending(name))
                }
            }
        }
        return found
    }

    /// The names in a directory; none in what somebody has laid there that is no directory.
    private func directory(_ path: FilePath) throws(IOError) -> [String] {
        try fileSystem.status(of: path)?.kind == .directory ? fileSystem.list(path) : []
    }

    // MARK: What is in them

    /// Walks the frames of a commit-log file.
    ///
    /// - Parameters:
    ///   - path: a file of ``commitFiles()``.
    ///   - body: called with each frame, damaged stretch, and at last the end.
    /// - Throws: `IOError`; what is no commit-log file gives one damaged part.
    package func walk(
        _ path: FilePath, _ body: (InspectedPart) -> Void
    ) throws(IOError) {
        guard let start = DataLayout.number(of: path.parts.name, suffix: ".log") else {
            body(.damage(Damage(.fileHeader, file: path, position: 0, reason: "its name is none")))
            return
        }
        let next = try commitFiles().compactMap {
            DataLayout.number(of: $0.parts.name, suffix: ".log")
        }.first { $0 > start }
        let file = try CommitFile(
            start: LogPosition(rawValue: start), opened: try fileSystem.open(path, .read))
        if let problem = try file.headerProblem() {
            body(.damage(Damage(.fileHeader, file: path, position: 0, reason: problem)))
        }
        var scanner = try CommitFileScanner(
            file, expectedEnd: next.map(LogPosition.init(rawValue:)))
        while let event = try scanner.next() {
            switch event {
            case .frame(let header, let operations):
                body(.frame(InspectedFrame(header, operations, in: file)))
            case .damage(let from, let to, let reason):
                body(
                    .damage(
                        Damage(
                            .frames, file: path, position: file.filePosition(of: from),
                            byteCount: to.rawValue - from.rawValue, reason: reason)))
            case .end(let end, let garbage):
                body(.end(filePosition: file.filePosition(of: end), garbage: garbage))
            }
        }
    }

    /// Walks the blocks of a segment.
    ///
    /// - Parameters:
    ///   - path: a file of ``segmentFiles()``.
    ///   - body: called with each block; the walk ends at the first bytes that are none.
    /// - Returns: the damage that ended the walk; nil if it came to the end of the file.
    /// - Throws: `IOError`.
    package func walkSegment(
        _ path: FilePath, _ body: (InspectedBlock) -> Void
    ) throws(IOError) -> Damage? {
        let file = try fileSystem.open(path, .read)
        let size = try file.size()
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: FileHeader.At.end, at: 0)
        do throws(FileHeader.Problem) {
            _ = try FileHeader(parsing: bytes.rawSpan, expecting: .segment)
        } catch {
            return Damage(.fileHeader, file: path, position: 0, reason: error.reason)
        }
        var position = Int64(FileHeader.At.end)
        while position < size {
            bytes.removeAll(keepingCapacity: true)
            try file.read(into: &bytes, count: BatchHeader.At.end, at: position)
            guard let header = try? BatchHeader(parsing: bytes.rawSpan),
                position + Int64(header.byteCount) <= size
            else {
                return Damage(
                    .batch, file: path, position: position, byteCount: size - position,
                    reason: "there is no block here")
            }
            bytes.removeAll(keepingCapacity: true)
            try file.read(into: &bytes, count: header.byteCount, at: position)
            body(Self.block(header, bytes, at: position))
            position += Int64(header.byteCount)
        }
        return nil
    }

    private static func block(
        _ header: BatchHeader, _ bytes: [UInt8], at position: Int64
    ) -> InspectedBlock {
        InspectedBlock(
            filePosition: position, byteCount: header.byteCount, baseOffset: header.baseOffset,
            lastOffset: header.nextOffset.advanced(by: -1), recordCount: Int(header.recordCount),
            maxTimestamp: header.maxTimestamp, codec: header.attributes.codec,
            problem: BatchCheck.problem(
                bytes.rawSpan, baseOffset: header.baseOffset.rawValue,
                nextOffset: header.nextOffset.rawValue, byteCount: header.byteCount))
    }
}
