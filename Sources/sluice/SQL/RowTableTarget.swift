import Bytes
import Connectors
import Expressions
import Records

/// Prints rows as an aligned table: the first ones are held back until their widths are known, the
/// rest follow in the same columns.
final class RowTableTarget: Target {
    /// Rows that are looked at for the widths of the columns.
    private static let heldRowCountMax = 200
    /// A wider value is cut.
    private static let columnWidthMax = 60

    private let columns: [String]
    private let console: Console
    private var extractor: JSONExtractor
    private var held: [[Value]] = []
    private var widths: [Int]
    private var isRight: [Bool]
    private var hasHeader = false

    private struct Value {
        let text: String
        let isNumber: Bool
        let isNull: Bool
    }

    init(columns: [String], console: Console) {
        self.columns = columns
        self.console = console
        extractor = JSONExtractor(columns.map { JSONPath([.member($0)]) })
        widths = columns.map { TextWidth.of($0) }
        isRight = columns.map { _ in true }
    }

    func restore() -> CommittedProgress? { nil }

    func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        guard role == .main else { return }
        for row in selection.rows {
            guard let value = block.value(Int(row)) else { continue }
            let values = read(value)
            if hasHeader {
                try line(values)
            } else {
                held.append(values)
                if held.count >= Self.heldRowCountMax { try release() }
            }
        }
    }

    private func read(_ object: RawSpan) -> [Value] {
        var arena: [UInt8] = []
        _ = extractor.extract(object, start: 0, arena: &arena)
        let none: [UInt8] = []
        let homes = TextHomes(input: object, arena: arena.rawSpan, constants: none.rawSpan)
        return columns.indices.map { index in
            let cell = extractor.cell(index)
            switch cell.kind {
            case .null: return Value(text: "", isNumber: false, isNull: true)
            case .string:
                let text = String(decoding: [UInt8](copying: homes.text(cell)), as: UTF8.self)
                return Value(text: Self.cut(text), isNumber: false, isNull: false)
            default:
                var bytes: [UInt8] = []
                JSONWriter.append(cell, homes, to: &bytes)
                return Value(
                    text: Self.cut(String(decoding: bytes, as: UTF8.self)),
                    isNumber: cell.kind == .int || cell.kind == .double, isNull: false)
            }
        }
    }

    private static func cut(_ text: String) -> String {
        let text = TextWidth.visible(text)
        return text.count <= columnWidthMax ? text : text.prefix(columnWidthMax - 1) + "…"
    }

    /// Prints the header and what was held back.
    private func release() throws {
        guard !hasHeader else { return }
        hasHeader = true
        for row in held {
            for (column, value) in row.enumerated() {
                widths[column] = max(widths[column], TextWidth.of(value.text))
                if !value.isNumber, !value.isNull { isRight[column] = false }
            }
        }
        let titles = columns.map { Value(text: $0, isNumber: false, isNull: false) }
        try console.line(ConsoleStyle.output.bold(text(of: titles)))
        for row in held { try line(row) }
        held = []
    }

    private func line(_ values: [Value]) throws { try console.line(text(of: values)) }

    private func text(of values: [Value]) -> String {
        values.enumerated().map { column, value in
            TextWidth.pad(
                value.text, to: widths[column], right: isRight[column],
                isLast: column == values.count - 1)
        }.joined(separator: "  ")
    }

    var pendingByteCount: Int { 0 }

    /// A pause of the input is no reason to fix the widths, unless rows wait to be seen.
    func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        if !held.isEmpty { try release() }
        try console.flush()
    }

    func finish() throws {
        try release()
        try console.flush()
    }

    func close() {}
}
