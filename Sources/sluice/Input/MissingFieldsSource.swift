import Connectors
import Expressions
import Records

/// Another source, whose first records are looked at: a field that an expression names and none of
/// them has is said on stderr.
///
/// Everything else is passed on as it is.
final class MissingFieldsSource: Source {
    private let source: any Source
    private let console: Console
    private var fields: MissingFields
    private var isReported = false

    private init(_ source: any Source, _ fields: MissingFields, _ console: Console) {
        self.source = source
        self.fields = fields
        self.console = console
    }

    /// The source itself if no program reads fields that could be missing.
    static func wrap(
        _ source: any Source, _ programs: [Program], console: Console
    ) -> any Source {
        let fields = MissingFields(programs)
        return fields.isDone ? source : MissingFieldsSource(source, fields, console)
    }

    var splits: [SplitName] { source.splits }
    var format: PayloadFormat { source.format }
    var progress: SourceProgress? { source.progress }

    func seek(_ split: SplitName, to position: SourcePosition) throws {
        try source.seek(split, to: position)
    }

    func position(of split: SplitName) -> SourcePosition { source.position(of: split) }

    func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        let status = try source.read(
            split, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
        if !isReported {
            fields.look(at: buffer.block)
            if fields.isDone { report() }
        }
        return status
    }

    func waitForInput() -> Bool { source.waitForInput() }

    func close() {
        if !isReported { report() }
        source.close()
    }

    private func report() {
        isReported = true
        for note in fields.notes { console.note(note) }
    }
}
