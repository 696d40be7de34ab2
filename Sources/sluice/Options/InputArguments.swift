import ArgumentParser
import Connectors
import Platform
import Records

/// Files or standard input, and how they are divided into records.
struct InputArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files to read one after the other, or - for standard input (default).",
            valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "lines, jsonl, csv or raw (default: by the file's extension, .zst and .gz left out).",
            valueName: "format"))
    var format: FormatArgument?

    @Option(
        help: ArgumentHelp(
            "Longest record; a longer one is treated as --on-error says (default: 16MiB).",
            valueName: "size"))
    var recordMax: ByteSizeArgument?

    /// Where the records come from, as ``ConnectorCatalogue`` reads it.
    var locations: [String] { files.isEmpty ? ["-"] : files }

    /// Whether it is standard input that is read.
    var isStandardInput: Bool {
        locations.count == 1
            && ConnectorCatalogue.Location(source: locations[0]) == .standardStream
    }

    /// The format of the records.
    ///
    /// `fallback` is used where neither `--format` nor an extension says it.
    ///
    /// - Throws: a usage failure if two files suggest different formats.
    func resolvedFormat(
        fallback: @autoclosure () throws -> any RecordFormat
    ) throws -> any RecordFormat {
        if let format { return try RecordFormats.named(format.name) }
        guard !isStandardInput else { return try fallback() }
        var chosen: (format: any RecordFormat, file: String)?
        for file in locations {
            guard let suggested = RecordFormats.suggested(by: file) else { continue }
            if let chosen, chosen.format.name != suggested.name {
                throw CommandFailure.usage(
                    "\(chosen.file) looks like \(chosen.format.name), but \(file) like "
                        + "\(suggested.name). Say which with --format, or run once for each.")
            }
            chosen = (suggested, file)
        }
        return try chosen?.format ?? fallback()
    }

    /// Opens the source.
    ///
    /// Without `format` it is what the first path's extension says, else lines; for standard input
    /// JSON Lines if its first character is `{`, else lines.
    func open(_ format: (any RecordFormat)?, console: Console) throws -> any Source {
        if isStandardInput, StandardStream.input.isTerminal, console.isErrorTerminal {
            console.note("Reading from the terminal; end with Control-D.")
        }
        let options = ScanOptions(
            recordByteCountMax: recordMax?.byteCount ?? ConnectorLimits.recordByteCountMax)
        return try ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
            .openSource(locations, format: format, options: options)
    }
}
