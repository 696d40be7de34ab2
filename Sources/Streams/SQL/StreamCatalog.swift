package import Records

/// What a name of a statement stands for.
package enum StreamReference: Sendable {
    /// Declared by CREATE STREAM in the same script.
    case declared(StreamDefinition)
    /// A topic, by its name.
    case topic(String)
    /// A file or folder, by its path.
    case file(String)
    /// The standard input of the process.
    case stdin

    /// The name, for messages and `EXPLAIN`.
    package var name: String {
        switch self {
        case .declared(let definition): definition.name
        case .topic(let name): name
        case .file(let path): "'\(path)'"
        case .stdin: "stdin"
        }
    }
}

/// What a planner has to know of a stream before it is opened.
package struct StreamDescription: Sendable {
    package var format: PayloadFormat
    /// What `msg.topic` is.
    package var topic: String
    /// Whether the records' own timestamps are event times: true for topics, false for files.
    package var hasTimestamps: Bool
    /// Whether the input ends.
    package var isBounded: Bool

    package init(
        format: PayloadFormat, topic: String, hasTimestamps: Bool, isBounded: Bool
    ) {
        self.format = format
        self.topic = topic
        self.hasTimestamps = hasTimestamps
        self.isBounded = isBounded
    }
}

/// Finds the streams that statements name; implemented by whoever opens and runs them.
package protocol StreamCatalog: AnyObject {
    /// The topics that there are, to suggest one for a mistyped name.
    var topicNames: [String] { get }

    /// What is known of a stream; nil if there is none of that name. May open it: the header line
    /// of a CSV file names its columns.
    ///
    /// - Throws: why a stream that is there cannot be read.
    func describe(_ reference: StreamReference) throws -> StreamDescription?
}
