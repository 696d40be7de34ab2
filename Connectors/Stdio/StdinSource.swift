import Bytes
package import Expressions
package import Platform
package import Records

/// Records from standard input, or from any other stream that is open already.
///
/// One split.
///
/// When nothing is there, ``read(_:into:rejected:byteCountMax:)`` answers `.idle` once, so that
/// the caller can flush its target, and waits in the next call.
package final class StdinSource: CheckedSource {
    /// The name of the only split.
    package static let split = SplitName("stdin")

    private let readiness: InputReadiness
    private var reader: RecordReader?
    /// Where reading ended, once the reader is gone.
    private var place = ScanPlace()
    package let splits = [StdinSource.split]
    package let format: PayloadFormat
    private let recordFormat: any RecordFormat
    /// The name of the format in use.
    package let formatName: String

    /// Opens a stream; compressed input is recognised by its first bytes.
    ///
    /// `hasInput` says whether a read of `file` would return at once; nil asks the file. Without `format` the first byte of content is looked at: `{` is
    /// JSON Lines, all else lines.
    ///
    /// - Throws: ``SourceError``. Waits for the first bytes if it has to look at them.
    package init(
        _ file: consuming File, hasInput: (() -> Bool)? = nil, format: (any RecordFormat)?,
        options: ScanOptions = ScanOptions(), clock: any Clock
    ) throws {
        readiness = file.readiness
        let stream = StreamInput(file, hasInput: hasInput)
        do {
            var input = try InputDetection.open(stream, name: Self.split.text)
            let chosen = try format ?? Self.guessFormat(&input)
            var reader = RecordReader(input, format: chosen, options: options, clock: clock)
            try reader.readHeader()
            self.format = reader.payloadFormat
            recordFormat = chosen
            formatName = chosen.name
            self.reader = reader
        } catch {
            throw Self.named(error)
        }
    }

    private static func guessFormat(_ input: inout any ByteInput) throws -> any RecordFormat {
        var prefix: [UInt8] = []
        var content: UInt8?
        while content == nil, prefix.count < ConnectorLimits.headerReadByteCount {
            if try input.read(into: &prefix, count: 64) == .end { break }
            let mark = LineEnds.byteOrderMarkCount(prefix.rawSpan)
            content = prefix.dropFirst(mark).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        }
        input = PrefixedInput(prefix, input)
        return content == UInt8(ascii: "{") ? JSONLinesFormat() : LinesFormat()
    }

    private static func named(_ error: any Error) -> any Error {
        switch error {
        case let error as IOError: SourceError.inputOutput(error)
        case let error as FormatError: SourceError.format(name: split.text, error)
        default: error
        }
    }

    /// Reads forward to the position: the same input must be given again from its start.
    package func seek(_ split: SplitName, to position: SourcePosition) throws {
        guard let target = ScanPlace(position) else {
            throw SourceError.foreignPosition(name: split.text)
        }
        do {
            guard try reader?.seek(to: target) == true else {
                throw SourceError.shorterThanPosition(
                    name: split.text, position: target.position,
                    found: reader?.place.position ?? place.position)
            }
        } catch {
            throw Self.named(error)
        }
    }

    package func position(of split: SplitName) -> SourcePosition {
        (reader?.place ?? place).sourcePosition
    }

    package func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        do {
            return try reader?.read(
                into: &buffer, rejected: &rejected, byteCountMax: byteCountMax) ?? .end
        } catch {
            throw Self.named(error)
        }
    }

    package func readUnchecked(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> (status: SourceStatus, start: ScanPlace) {
        do {
            let status = try reader?.readUnchecked(
                into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
            return (status ?? .end, reader?.batchStart ?? place)
        } catch {
            throw Self.named(error)
        }
    }

    package func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)? {
        recordFormat.makeChecker(paths)
    }

    /// Lines without content that were passed over.
    package var blankLineCount: Int64 { reader?.blankLineCount ?? 0 }

    package func waitForInput() -> Bool { StopSignals.waitForInput([readiness]) }

    package var progress: SourceProgress? { nil }

    package func close() {
        place = reader?.place ?? place
        reader = nil
    }
}
