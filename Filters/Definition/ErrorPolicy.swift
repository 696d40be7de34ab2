/// What happens to a record that a filter cannot evaluate (EXPRESSIONS.md §15).
package enum ErrorPolicy: UInt8, Sendable, CaseIterable {
    /// Not delivered, counted.
    case drop
    /// Delivered, flagged, counted.
    case deliver
    /// Moved aside with the reason, counted.
    case deadLetter
    /// The subscription stops before the record.
    case fail

    /// The policy's name in commands and settings.
    package var name: String {
        switch self {
        case .drop: "drop"
        case .deliver: "deliver"
        case .deadLetter: "dead-letter"
        case .fail: "fail"
        }
    }

    /// The policy of that name, or nil.
    package init?(name: String) {
        guard let policy = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = policy
    }
}
