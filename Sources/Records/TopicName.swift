/// A topic's name: also a folder's name, and what the wire protocols carry.
package struct TopicName: Hashable, Sendable, CustomStringConvertible {
    /// 1–249 of `[A-Za-z0-9._-]`, neither `.` nor `..`.
    package let text: String

    /// Kafka's rule (`org.apache.kafka.common.internals.Topic`): 249 leaves room for the suffixes
    /// of files within the 255 bytes of a file name.
    package static let lengthMax = 249

    package init(parsing text: String) throws(InvalidTopicName) {
        if let problem = Self.problem(of: text) {
            throw InvalidTopicName(text: text, problem: problem)
        }
        self.text = text
    }

    package var description: String { text }

    private static func problem(of text: String) -> InvalidTopicName.Problem? {
        if text.isEmpty { return .empty }
        if text == "." || text == ".." { return .reserved }
        if text.utf8.count > lengthMax { return .tooLong(limit: lengthMax) }
        for scalar in text.unicodeScalars where !isLegal(scalar) { return .character(scalar) }
        return nil
    }

    private static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }
}

/// Why a text is no topic name.
package struct InvalidTopicName: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        case empty
        /// `.` or `..`, which would name another folder.
        case reserved
        case tooLong(limit: Int)
        case character(Unicode.Scalar)
    }

    package let text: String
    package let problem: Problem

    package init(text: String, problem: Problem) {
        self.text = text
        self.problem = problem
    }

    package var description: String {
        let rule = "Use 1 to \(TopicName.lengthMax) letters, digits, '.', '_' or '-'."
        return switch problem {
        case .empty: "The topic name is empty. \(rule)"
        case .reserved: "'\(text)' cannot be a topic name. \(rule)"
        case .tooLong(let limit): "The topic name has more than \(limit) bytes. \(rule)"
        case .character(let scalar):
            "The topic name '\(text.prefix(60))' has the character '\(scalar)'. \(rule)"
        }
    }
}
