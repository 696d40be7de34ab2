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
        deadLetter: String?
    ) throws -> any Target {
        var target = TargetOptions(format: format, encoding: options)
        if let deadLetter {
            target.sidePaths[.deadLetter] = FilePath(deadLetter)
            target.sideFormat = DeadLetterFormat()
        }
        return try ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
            .openTarget(path ?? "-", target)
    }
}
