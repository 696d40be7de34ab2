package import Platform
package import SystemPackage

/// The catalogue of connectors: from a location as users write it to a source or a target.
///
/// `-` and `stdin` or `stdout` are the standard streams, everything else is a path. A new kind of
/// location adds a case to each `switch` here and a folder of its own.
package struct ConnectorCatalogue: Sendable {
    private let fileSystem: any FileSystem
    private let clock: any Clock

    package init(fileSystem: any FileSystem, clock: any Clock) {
        self.fileSystem = fileSystem
        self.clock = clock
    }

    /// What a location names.
    package enum Location: Equatable, Sendable {
        case standardStream
        case file(FilePath)

        /// Reads a location of a source.
        package init(source text: String) {
            self = text == "-" || text == "stdin" ? .standardStream : .file(FilePath(text))
        }

        /// Reads a location of a target.
        package init(target text: String) {
            self = text == "-" || text == "stdout" ? .standardStream : .file(FilePath(text))
        }
    }

    /// Opens a source.
    ///
    /// `locations` are paths in the order to read them, or standard input alone. Without `format`
    /// it is what the first path's extension suggests, else lines; for standard input JSON Lines
    /// if its first character is `{`, else lines.
    ///
    /// - Throws: ``SourceError``.
    package func openSource(
        _ locations: [String], format: (any RecordFormat)? = nil,
        options: ScanOptions = ScanOptions()
    ) throws -> any Source {
        guard let first = locations.first else { throw SourceError.noPath }
        if locations.count == 1, Location(source: first) == .standardStream {
            StandardStream.input.enlargePipe()
            return try StdinSource(
                fileSystem.standardStream(.input),
                format: format, options: options, clock: clock)
        }
        let paths = try locations.map { text throws(SourceError) in
            switch Location(source: text) {
            case .file(let path): return path
            case .standardStream: throw .standardInputAmongOthers
            }
        }
        return try FileSource(
            paths: paths, format: format ?? RecordFormats.suggested(by: first) ?? LinesFormat(),
            options: options, fileSystem: fileSystem, clock: clock)
    }

    /// Opens a target.
    ///
    /// A `store` makes a file resumable; a standard stream cannot be.
    ///
    /// - Throws: ``TargetError``; nothing is left behind then.
    package func openTarget(
        _ location: String, _ options: TargetOptions = TargetOptions(),
        store: (any ProgressStore)? = nil
    ) throws -> any Target {
        var side: [OutputRole: OutputFile] = [:]
        do {
            for (role, path) in options.sidePaths {
                side[role] = try outputFile(path, options.side, isResumable: store != nil)
            }
            switch Location(target: location) {
            case .standardStream:
                guard store == nil else { throw TargetError.notResumable(path: "stdout") }
                StandardStream.output.enlargePipe()
                return StdoutTarget(
                    fileSystem.standardStream(.output), format: options.format ?? LinesFormat(),
                    options: options.encoding, compression: options.compression,
                    side: SideOutputs(side))
            case .file(let path):
                return FileTarget(
                    try outputFile(path, options, isResumable: store != nil),
                    side: SideOutputs(side), store: store)
            }
        } catch {
            for file in side.values { try? file.close() }  // The first error is the one to tell.
            throw error
        }
    }

    private func outputFile(
        _ path: FilePath, _ options: TargetOptions, isResumable: Bool
    ) throws -> OutputFile {
        try OutputFile(
            path,
            format: options.format ?? RecordFormats.suggested(by: path.string) ?? LinesFormat(),
            options: options.encoding,
            compression: options.compression ?? StreamCompression.suggested(by: path.string),
            isResumable: isResumable, fileSystem: fileSystem)
    }
}

/// What a user may choose about a target.
package struct TargetOptions: Sendable {
    /// nil: as the path's extension suggests, else lines.
    package var format: (any RecordFormat)?
    package var encoding: EncodeOptions
    /// nil: as the path's extension suggests, else none.
    package var compression: StreamCompression?
    /// Files for records of the other roles; without one they are counted only.
    package var sidePaths: [OutputRole: FilePath]
    /// The format of those files; nil: as each path's extension suggests, else lines.
    package var sideFormat: (any RecordFormat)?

    package init(
        format: (any RecordFormat)? = nil, encoding: EncodeOptions = EncodeOptions(),
        compression: StreamCompression? = nil, sidePaths: [OutputRole: FilePath] = [:],
        sideFormat: (any RecordFormat)? = nil
    ) {
        self.format = format
        self.encoding = encoding
        self.compression = compression
        self.sidePaths = sidePaths
        self.sideFormat = sideFormat
    }

    /// The side outputs hold records as they came in, hence without a header line: one record a
    /// line, so that they can be corrected and read again.
    fileprivate var side: TargetOptions { TargetOptions(format: sideFormat) }
}
