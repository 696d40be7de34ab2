import Broker
import Connectors
import Platform
import Records
import Streams
import SystemPackage

/// Finds what statements name: topics of the data directory, files, standard input and output.
///
/// The data directory is opened when a topic is named for the first time, so that queries over
/// files need none.
final class CommandCatalog: StreamCatalog {
    private let place: BrokerOptions
    private let keepsOpen: Bool
    private let console: Console
    private let connectors = ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
    private var openBroker: OpenBroker?
    /// Sources that had to be opened to be described, until they are asked for: standard input can
    /// be opened only once.
    private var described: [String: any Source] = [:]

    init(place: BrokerOptions, keepsOpen: Bool, console: Console) {
        self.place = place
        self.keepsOpen = keepsOpen
        self.console = console
    }

    /// The log, opened if it is not yet.
    ///
    /// `creates` says whether a data directory is made if there is none.
    func broker(creates: Bool) throws -> any BrokerAccess {
        if let openBroker { return openBroker.access }
        let opened = try place.open(creates: creates)
        openBroker = opened
        return opened.access
    }

    /// Gives the data directory back; what cannot be made durable is an error.
    func finish() throws {
        let broker = openBroker
        openBroker = nil
        try broker?.close()
    }

    /// Closes what is still open after a failure, which is the error to tell.
    func close() {
        for source in described.values { source.close() }
        described = [:]
        try? finish()
    }

    var topicNames: [String] { (try? openBroker?.access.topics().map(\.name)) ?? [] }

    // MARK: - Sources

    func describe(_ reference: StreamReference) throws -> StreamDescription? {
        switch try place(of: reference) {
        case .topic(let name):
            guard try place.exists() else {
                throw CommandFailure.usage(
                    "there is no topic '\(name)', because there is no data directory "
                        + "'\(place.data.directory.string)'. Name the directory with --data DIR; a "
                        + "file's name stands in quotes: FROM 'a.jsonl'.")
            }
            guard try broker(creates: false).hasTopic(name) else { return nil }
            let topic = try broker(creates: false).topic(name)
            return StreamDescription(
                format: try format(of: reference) ?? topic.settings.format, topic: name,
                hasTimestamps: true, isBounded: !keepsOpen)
        case .location(let location):
            let format = try recordFormat(of: reference, location)
            if described[reference.name] == nil, !isPlainStandardInput(reference, format) {
                described[reference.name] = try connectors.openSource([location], format: format)
            }
            let payload = described[reference.name]?.format ?? .json
            return StreamDescription(
                format: payload, topic: location, hasTimestamps: false, isBounded: true)
        }
    }

    func openSource(_ reference: StreamReference) throws -> any Source {
        if let source = described.removeValue(forKey: reference.name) { return source }
        switch try place(of: reference) {
        case .topic(let name):
            return try broker(creates: false).openSource(
                topic: name, end: keepsOpen ? .never : .current, selector: nil)
        case .location(let location):
            if location == "-", StandardStream.input.isTerminal, console.isErrorTerminal {
                console.note("Reading from the terminal; end with Control-D.")
            }
            return try connectors.openSource(
                [location], format: recordFormat(of: reference, location))
        }
    }

    /// Whether the source is standard input whose format is known without looking: it is not
    /// opened before it is read, so that EXPLAIN waits for nobody.
    private func isPlainStandardInput(
        _ reference: StreamReference, _ format: any RecordFormat
    ) -> Bool {
        if case .stdin = reference { return format.name == "jsonl" }
        return false
    }

    // MARK: - Targets

    /// Opens a stream to be written to.
    ///
    /// `job` is the one under whose name progress is kept; nil: none is, and a file is written as
    /// a whole.
    func openTarget(_ reference: StreamReference, job: String?) throws -> any Target {
        switch try place(of: reference) {
        case .topic("stdout"):
            return try TargetFiles.open(
                nil, format: RecordFormats.named("jsonl"), deadLetter: nil)
        case .topic(let name):
            let broker = try broker(creates: true)
            if try !broker.hasTopic(name) {
                try broker.createTopic(name, TopicSettings(format: .json))
                console.note("Created topic '\(name)'.")
            }
            var topics: [OutputRole: String] = [.main: name]
            if let job {
                topics[.late] = job + ".late"
                topics[.deadLetter] = job + ".dead-letter"
            }
            return try TopicTarget(broker, topics: topics, pipeline: job)
        case .location(let location):
            let store = try job.map { try LogProgressStore(broker(creates: true), pipeline: $0) }
            return try connectors.openTarget(location, store: store)
        }
    }

    /// Text that is another one for another stream, and for a topic that was made anew: progress
    /// that was committed with the one says nothing of the other.
    func identity(of reference: StreamReference) throws -> String {
        switch try place(of: reference) {
        case .topic("stdout"): "stdout"
        case .topic(let name):
            "topic \(name) \(try broker(creates: false).topic(name).createdAt)"
        case .location(let location): "file \(location)"
        }
    }

    /// Whether a reference names a topic, so that its progress can be kept.
    func isTopic(_ reference: StreamReference) throws -> Bool {
        guard case .topic(let name) = try place(of: reference) else { return false }
        return name != "stdout"
    }

    /// Whether a reference is the standard input, under whichever name.
    func isStandardInput(_ reference: StreamReference) throws -> Bool {
        guard case .location(let location) = try place(of: reference) else { return false }
        return location == "-" || location == "stdin"
    }

    // MARK: - Names

    private enum Place {
        case topic(String)
        case location(String)
    }

    private func place(of reference: StreamReference) throws -> Place {
        switch reference {
        case .topic(let name): .topic(name)
        case .file(let path): .location(path)
        case .stdin: .location("-")
        case .declared(let definition):
            switch definition.place {
            case .topic(let name): .topic(name)
            case .path(let path): .location(path)
            }
        }
    }

    /// The payload format that a declaration gives a topic.
    private func format(of reference: StreamReference) throws -> PayloadFormat? {
        guard case .declared(let definition) = reference, let name = definition.format else {
            return nil
        }
        switch name {
        case "raw": return .raw
        case "json": return .json
        case "csv": return .csv(columns: definition.columns.map(\.name))
        default: return nil
        }
    }

    private func recordFormat(
        of reference: StreamReference, _ location: String
    ) throws -> any RecordFormat {
        if case .declared(let definition) = reference, let name = definition.format {
            return try RecordFormats.named(
                name == "json" ? "jsonl" : name == "raw" ? "lines" : name)
        }
        return try RecordFormats.suggested(by: location)
            ?? RecordFormats.named(location == "-" ? "jsonl" : "lines")
    }
}
