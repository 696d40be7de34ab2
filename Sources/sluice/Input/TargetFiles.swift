import Connectors
import Platform
import SystemPackage

/// Opens what a command writes to: stdout or a file, with the dead-letter file beside it.
enum TargetFiles {
    /// Opens a file for results, or stdout without `path`; `format` is that of the results.
    ///
    /// `deadLetter` is where records that are set aside go; nil: they are only counted.
    ///
    /// - Throws: ``TargetError``; nothing is left behind then.
    static func open(
        _ path: String?, format: any RecordFormat, options: EncodeOptions = EncodeOptions(),
        deadLetter: String?, fileSystem: any FileSystem = RealFileSystem()
    ) throws -> any Target {
        var side: [OutputRole: OutputFile] = [:]
        if let deadLetter {
            side[.deadLetter] = try OutputFile(
                FilePath(deadLetter), format: DeadLetterFormat(),
                compression: StreamCompression.suggested(by: deadLetter), isResumable: false,
                fileSystem: fileSystem)
        }
        guard let path, path != "-" else {
            StandardStream.output.enlargePipe()
            return StdoutTarget(
                fileSystem.standardStream(.output), format: format, options: options,
                side: SideOutputs(side))
        }
        do {
            let file = try OutputFile(
                FilePath(path), format: format, options: options,
                compression: StreamCompression.suggested(by: path), isResumable: false,
                fileSystem: fileSystem)
            return FileTarget(file, side: SideOutputs(side), store: nil)
        } catch {
            try? side[.deadLetter]?.close()  // The first error is the one to tell.
            throw error
        }
    }
}
