import Streams

/// The text of a script with its settings filled in.
struct SQLScript {
    let text: String

    /// Replaces each `${NAME}` of the text by the setting of that name.
    ///
    /// `settings` are `NAME=VALUE`, as typed.
    ///
    /// - Throws: a usage failure for a setting that has no `=`, that is used nowhere, or that the
    ///   text needs and nobody gave.
    init(_ text: String, settings: [String]) throws {
        var values: [String: String] = [:]
        for setting in settings {
            let parts = setting.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure.usage(
                    "--set takes NAME=VALUE, not '\(setting)'. Put the value behind an '='.")
            }
            values[String(parts[0])] = String(parts[1])
        }
        var used: Set<String> = []
        self.text = try Self.replace(text, values, &used)
        if let unused = values.keys.filter({ !used.contains($0) }).min() {
            throw CommandFailure.usage(
                "the script has no ${\(unused)} that --set \(unused)=… could replace. "
                    + "Write it so, or leave the setting out.")
        }
    }

    private static func replace(
        _ text: String, _ values: [String: String], _ used: inout Set<String>
    ) throws -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let name = String(rest[start.upperBound..<end])
            guard let value = values[name] else {
                throw CommandFailure.usage(
                    "the script needs a value for ${\(name)}. Give it with --set \(name)=VALUE.")
            }
            used.insert(name)
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Runs `body` and shows a mistake in the script at its place.
    func showingMistakes<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SQLError {
            throw CommandFailure.usage(error.rendered(in: text))
        }
    }
}
