import ArgumentParser
import Records

/// `--format` and `--columns` of a topic: how its payloads are read.
struct TopicFormatOptions: ParsableArguments {
    /// The payload formats by the names that users give.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case raw, json, csv
    }

    @Option(
        help: "How payloads are read: raw, json or csv. Decides what a bare name in a filter means."
    )
    var format: Name?

    @Option(
        help: ArgumentHelp("The columns of a csv topic, with commas between.", valueName: "a,b,c"))
    var columns: String?

    /// The format that was chosen; nil if none was.
    func payloadFormat() throws(CommandFailure) -> PayloadFormat? {
        guard format != .csv else { return .csv(columns: try columnNames()) }
        guard columns == nil else { throw .usage("--columns belongs to --format csv.") }
        return switch format {
        case .raw: .raw
        case .json: .json
        case .csv, nil: nil
        }
    }

    private func columnNames() throws(CommandFailure) -> [String] {
        guard let columns else {
            throw .usage("--format csv needs the columns: --columns a,b,c")
        }
        let names = columns.split(separator: ",", omittingEmptySubsequences: false)
            .map { Self.trimmed($0) }
        if names.contains("") {
            throw .usage("--columns \(columns): a column has no name.")
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .usage("--columns \(columns): the column '\(name)' is there twice.")
        }
        return names
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}

extension PayloadFormat {
    /// The record format in which files hold such payloads.
    var recordFormatName: String {
        switch self {
        case .raw: "lines"
        case .json: "jsonl"
        case .csv: "csv"
        }
    }
}
