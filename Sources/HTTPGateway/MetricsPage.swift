/// Figures of a server in the text form of Prometheus (exposition format 0.0.4).
package struct MetricsPage: Sendable {
    /// What a figure is.
    package enum Kind: String, Sendable {
        case counter
        case gauge
    }

    package private(set) var text = ""

    package init() {}

    /// Adds a figure without labels.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int64) {
        begin(name, kind, help)
        text += "\(name) \(value)\n"
    }

    /// Adds a figure that comes once for each combination of labels.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String,
        _ samples: [(labels: [(name: String, value: String)], value: Int64)]
    ) {
        guard !samples.isEmpty else { return }
        begin(name, kind, help)
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            text += "\(name){\(labels.joined(separator: ","))} \(sample.value)\n"
        }
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Names of topics and groups may be anything: a quote in one must not end the label.
    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
