import Expressions
import Records
import Streams

/// Lets everything pass, and says on stderr if the first records lack a field that an expression
/// names.
final class MissingFieldsOperator: Operator {
    private var fields: [MissingFields]
    private let console: Console
    private var isReported = false

    init(_ programs: [Program], console: Console) {
        fields = programs.map { MissingFields($0) }
        self.console = console
    }

    var summary: String { "look for missing fields" }

    func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) -> OperatorOutput {
        guard !isReported else { return .selection }
        for index in fields.indices { fields[index].look(at: block) }
        if fields.allSatisfy(\.isDone) { report() }
        return .selection
    }

    func advance(_ context: inout OperatorContext, output: inout RecordBuffer) {
        if context.watermark == .max, !isReported { report() }
    }

    private func report() {
        isReported = true
        for field in fields {
            for note in field.notes { console.note(note) }
        }
    }
}
