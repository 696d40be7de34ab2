import Bytes

/// Rows of results: an aligned table for people, one JSON object a row for programs.
struct Table {
    /// A column: its title for people and its name in JSON.
    struct Column {
        let title: String
        let name: String

        /// `name` is the JSON name; the title in lower case with `_` for blanks if nil.
        init(_ title: String, name: String? = nil) {
            self.title = title
            self.name =
                name ?? String(title.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
        }
    }

    let columns: [Column]
    private(set) var rows: [[Field]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// A table whose columns are named by their titles.
    init(_ titles: String...) { columns = titles.map { Column($0) } }

    /// Adds a row with a field for each column.
    mutating func add(_ fields: [Field]) {
        precondition(fields.count == columns.count, "a row of \(columns.count) columns")
        rows.append(fields)
    }

    /// The rows as objects, for a property of another thing.
    var objects: Field {
        .objects(rows.map { row in zip(columns, row).map { (name: $0.name, field: $1) } })
    }

    /// Prints it; `whenEmpty` is what people read on stderr if there is no row.
    func print(
        to console: Console, as form: OutputOptions.Form, whenEmpty: String? = nil
    ) throws {
        switch form {
        case .json: try printJSON(to: console)
        case .text:
            if rows.isEmpty, let whenEmpty {
                console.note(whenEmpty)
            } else {
                try printText(to: console)
            }
        }
    }

    private func printJSON(to console: Console) throws {
        for row in rows {
            var bytes: [UInt8] = []
            let fields = zip(columns, row).map { (name: $0.name, field: $1) }
            Field.appendObject(fields, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            try console.write(bytes.rawSpan)
        }
    }

    private func printText(to console: Console) throws {
        let texts = rows.map { $0.map { TextWidth.visible($0.text) } }
        let style = ConsoleStyle.output
        let widths = columns.indices.map { column in
            texts.reduce(TextWidth.of(columns[column].title)) {
                max($0, TextWidth.of($1[column]))
            }
        }
        let isRight = columns.indices.map { column in
            !rows.isEmpty
                && rows.allSatisfy { row in
                    if case .none = row[column] { return true }
                    return row[column].isNumeric
                }
        }
        func line(_ cells: [String], _ paint: (String) -> String) -> String {
            var line = ""
            for (column, cell) in cells.enumerated() {
                if column > 0 { line += "  " }
                let isLast = column == cells.count - 1
                line += TextWidth.pad(
                    cell, to: widths[column], right: isRight[column], isLast: isLast)
            }
            return paint(line)
        }
        try console.line(line(columns.map(\.title), style.bold))
        for text in texts { try console.line(line(text, { $0 })) }
    }
}
