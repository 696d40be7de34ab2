import Expressions
import Records

/// What `EXPLAIN` prints: the steps of a query in the order of the data path.
struct QueryExplanation: Sendable {
    private let lines: [(title: String, text: String)]

    init(_ query: ResolvedQuery, source: StreamReference, description: StreamDescription) {
        var lines = [("source", Self.source(source, description))]
        if query.keys != nil, query.windows != nil {
            let time = query.eventTime.map(\.description) ?? "the record's timestamp"
            lines.append(("time", "\(time), watermark \(query.watermarkDelay) ms behind"))
        }
        if let condition = query.condition { lines.append(("where", condition.description)) }
        if let keys = query.keys {
            var window = query.windows?.description ?? "everything up to the end of the input"
            if query.allowedLateness > 0, query.windows != nil {
                window += ", late events accepted for \(query.allowedLateness) ms"
            }
            lines.append(("window", window))
            if !keys.isEmpty {
                lines.append(("group", keys.map(\.description).joined(separator: ", ")))
            }
        }
        if let having = query.having { lines.append(("having", having.description)) }
        if let items = query.items {
            lines.append(("select", items.map(Self.item).joined(separator: ", ")))
        } else {
            lines.append(("select", "the records as they are"))
        }
        if let limit = query.limit { lines.append(("limit", String(limit))) }
        self.lines = lines
    }

    private static func source(
        _ source: StreamReference, _ description: StreamDescription
    ) -> String {
        let kind =
            switch source {
            case .declared(let definition):
                switch definition.place {
                case .topic(let topic): "\(definition.name), topic \(topic)"
                case .path(let path): "\(definition.name), file '\(path)'"
                }
            case .topic(let topic): "topic \(topic)"
            case .file(let path): "file '\(path)'"
            case .stdin: "stdin"
            }
        let format =
            switch description.format {
            case .raw: "raw"
            case .json: "json"
            case .csv(let columns): "csv of \(columns.count) columns"
            }
        return "\(kind), \(format), \(description.isBounded ? "bounded" : "endless")"
    }

    private static func item(_ item: ResolvedQuery.Item) -> String {
        let text = item.syntax.description
        return text == item.name ? text : "\(text) AS \(item.name)"
    }

    /// The lines; `program` adds the fields that are read.
    func text(target: StreamReference?, program: Program?) -> String {
        var lines = self.lines
        if let program, !program.fields.isEmpty {
            let fields = program.fields.map(\.description).joined(separator: ", ")
            lines.insert(("reads", fields), at: 1)
        }
        if let target { lines.append(("target", target.name)) }
        return lines.map { line in
            line.title + String(repeating: " ", count: 8 - line.title.count) + line.text + "\n"
        }.joined()
    }

    /// What is computed, wherever the records come from and go to.
    var computation: String {
        lines.dropFirst().map { "\n\($0.title) \($0.text)" }.joined()
    }
}
