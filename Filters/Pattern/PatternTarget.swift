/// What a pattern is searched in.
package enum PatternTarget: Hashable, Sendable {
    case payload
    /// The record's key, as the attribute `key` of expressions.
    case key
    /// The last header of that name.
    case header(String)

    /// The target's text in definitions and commands: `payload`, `key`, `header:NAME`.
    package var text: String {
        switch self {
        case .payload: "payload"
        case .key: "key"
        case .header(let name): "header:\(name)"
        }
    }

    /// The target of that text, or nil.
    package init?(text: String) {
        switch text {
        case "payload": self = .payload
        case "key": self = .key
        default:
            let prefix = "header:"
            guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
            self = .header(String(text.dropFirst(prefix.count)))
        }
    }
}
