import Records
import Streams

/// Streams by name, all bounded JSON unless said.
final class MemoryCatalog: StreamCatalog {
    var descriptions: [String: StreamDescription] = [:]

    init(topics: [String], isBounded: Bool = true) {
        for topic in topics {
            descriptions[topic] = StreamDescription(
                format: .json, topic: topic, hasTimestamps: true, isBounded: isBounded)
        }
    }

    var topicNames: [String] { descriptions.keys.sorted() }

    func describe(_ reference: StreamReference) throws -> StreamDescription? {
        switch reference {
        case .topic(let name): descriptions[name]
        case .declared(let definition):
            switch definition.place {
            case .topic(let name): descriptions[name]
            case .path(let path): file(path, format: definition.format)
            }
        case .file(let path): file(path, format: nil)
        case .stdin:
            StreamDescription(
                format: .json, topic: "stdin", hasTimestamps: false, isBounded: true)
        }
    }

    private func file(_ path: String, format: String?) -> StreamDescription {
        let isCSV = format == "csv" || path.hasSuffix(".csv")
        return StreamDescription(
            format: isCSV ? .csv(columns: ["a", "b", "c"]) : .json, topic: path,
            hasTimestamps: false, isBounded: true)
    }
}
