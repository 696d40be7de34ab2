import Bytes
package import Logging
package import Platform

/// Writes each event of the log as one line, whole, to standard error or where a test wants it.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let clock: any Clock
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - level: events below it are left out.
    ///   - format: the form of the lines.
    ///   - clock: what stamps them.
    ///   - write: takes a line with its end; called on any thread.
    package init(
        level: Logger.Level, format: LogFormat, clock: any Clock = SystemClock(),
        write: @escaping @Sendable ([UInt8]) -> Void = LineLogHandler.standardError
    ) {
        logLevel = level
        self.format = format
        self.clock = clock
        self.write = write
    }

    /// Writes a line to standard error with one call, so that lines of several threads do not mix
    /// where the system keeps a write together (files that append, pipes up to 4 KiB).
    ///
    /// A log that cannot be written is not worth a server's end: the error is dropped.
    package static let standardError: @Sendable ([UInt8]) -> Void = { line in
        try? RealFileSystem().standardStream(.error).write(line.rawSpan)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let own = event.metadata { values.merge(own) { $1 } }
        if let error = event.error { values["error"] = "\(error)" }
        let line = LogLine(
            milliseconds: clock.wallMilliseconds, level: event.level,
            message: event.message.description,
            values: values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })
        write(line.bytes(format))
    }
}
