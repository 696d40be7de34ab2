/// Figures of a server in the text form of Prometheus (exposition format 0.0.4).
package struct MetricsPage: Sendable {
    /// What a figure is.
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
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
            text += "\(name){\(Self.text(sample.labels))} \(sample.value)\n"
        }
    }

    /// Adds a figure in seconds, which need not be whole.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String, seconds: Double
    ) {
        begin(name, kind, help)
        text += "\(name) \(seconds)\n"
    }

    /// One histogram of durations.
    package struct Histogram: Sendable {
        package let labels: [(name: String, value: String)]
        /// How many fell into each bucket and none before it; the last has no bound.
        package let counts: [Int64]
        package let nanoseconds: Int64

        package init(
            labels: [(name: String, value: String)], counts: [Int64], nanoseconds: Int64
        ) {
            self.labels = labels
            self.counts = counts
            self.nanoseconds = nanoseconds
        }
    }

    /// Adds histograms of durations; `bounds` are of all buckets but the last, in microseconds.
    package mutating func add(
        _ name: String, _ help: String, bounds: [Int64], _ histograms: [Histogram]
    ) {
        guard !histograms.isEmpty else { return }
        begin(name, .histogram, help)
        let names = bounds.map { "\(Double($0) / 1e6)" } + ["+Inf"]
        for histogram in histograms {
            let labels = Self.text(histogram.labels)
            var sum: Int64 = 0
            for (bound, count) in zip(names, histogram.counts) {
                sum += count
                text += "\(name)_bucket{\(labels),le=\"\(bound)\"} \(sum)\n"
            }
            text += "\(name)_sum{\(labels)} \(Double(histogram.nanoseconds) / 1e9)\n"
            text += "\(name)_count{\(labels)} \(sum)\n"
        }
    }

    private static func text(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
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
