import Bytes
import Records

/// Rows of CSV as they are, behind a header line.
struct CSVEncoder: RecordEncoder {
    private let columns: [String]?
    private let lines = LineEncoder()

    init(columns: [String]?) { self.columns = columns }

    func start(_ output: OutputBuffer) throws {
        guard let columns else { return }
        let names = columns.map(CSVField.quotedIfNeeded).joined(separator: ",")
        try output.append(literal: names + "\n")
    }

    func encode(
        _ block: borrowing RecordBlock, _ selection: borrowing Selection,
        into output: OutputBuffer
    ) throws {
        try lines.encode(block, selection, into: output)
    }
}
