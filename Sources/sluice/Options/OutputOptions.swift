import ArgumentParser

/// `--output`: who reads the results.
struct OutputOptions: ParsableArguments {
    /// The forms of results.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// Tables and sentences for people.
        case text
        /// One JSON object a line for programs.
        case json
    }

    @Option(
        name: [.long, .customShort("o")],
        help: "text for people, json for programs (one object a line).")
    var output = Form.text
}
