/// How the payloads of a stream are to be read; decides what a bare name means in an expression
/// (EXPRESSIONS.md §14).
package enum PayloadFormat: Sendable, Equatable {
    /// Bytes without declared structure: bare names are headers.
    case raw
    /// One JSON document a record: bare names are its members.
    case json
    /// One CSV row a record, with the columns of the header line: bare names are columns.
    case csv(columns: [String])

    /// The name that users give: `raw`, `json`, `csv`.
    package var name: String {
        switch self {
        case .raw: "raw"
        case .json: "json"
        case .csv: "csv"
        }
    }

    /// The columns of csv; none of the others.
    package var columnNames: [String] {
        if case .csv(let columns) = self { columns } else { [] }
    }

    /// The format of that name; nil if there is none, `columns` are those of csv.
    package init?(name: String, columns: [String]) {
        switch name {
        case "raw": self = .raw
        case "json": self = .json
        case "csv": self = .csv(columns: columns)
        default: return nil
        }
    }
}
