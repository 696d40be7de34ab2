import Platform

/// Colour and weight of text on one of the streams: on terminals only, and not if the user set
/// `NO_COLOR` (no-color.org) or has a terminal that knows no codes.
struct ConsoleStyle {
    private let isOn: Bool

    static let output = ConsoleStyle(.output)
    static let error = ConsoleStyle(.error)

    private init(_ stream: StandardStream) {
        isOn =
            stream.isTerminal && (ProcessEnvironment.value(of: "NO_COLOR") ?? "").isEmpty
            && ProcessEnvironment.value(of: "TERM") != "dumb"
    }

    /// What stands before an error message.
    func paint(_ text: String) -> String { code("1;31", text) }
    /// Column titles.
    func bold(_ text: String) -> String { code("1", text) }
    /// What matters less.
    func dim(_ text: String) -> String { code("2", text) }

    private func code(_ code: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
