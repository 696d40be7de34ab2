/// How lines of the server's log are written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// `TIME LEVEL MESSAGE KEY=VALUE …`, for people and `grep`.
    case text
    /// One JSON object a line, for programs.
    case json
}
