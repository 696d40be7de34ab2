import Broker
import Records

/// Whether records from outside suit a topic, and the topic that suits them.
enum TopicInput {
    /// The topic that takes records of `format`: the one of that name, or a new one.
    ///
    /// `creates` says whether a topic that does not exist is made, with that format.
    static func prepare(
        _ name: String, for format: PayloadFormat, in broker: any BrokerAccess, creates: Bool,
        console: Console
    ) throws {
        guard creates, try !broker.hasTopic(name) else {
            try check(format, suits: try broker.topic(name))
            return
        }
        try broker.createTopic(name, TopicSettings(format: format))
        console.note("created topic \(name): 1 partition, \(format.name)")
    }

    /// Refuses payloads that the topic's filters would misread.
    private static func check(_ format: PayloadFormat, suits topic: TopicDescription) throws {
        let needed = topic.settings.format
        guard needed != .raw, needed != format else { return }
        if case .csv(let found) = format, case .csv(let columns) = needed {
            throw CommandFailure(
                "Topic \(topic.name) has the columns \(columns.joined(separator: ",")), the input "
                    + "\(found.joined(separator: ",")). Use a topic of its own, or alter it: "
                    + "sluice topic alter \(topic.name) --format csv --columns "
                    + found.joined(separator: ","))
        }
        throw CommandFailure.usage(
            "Topic \(topic.name) holds \(needed.name) and the input is read as "
                + "\(format.recordFormatName). Read it with --format \(needed.recordFormatName), "
                + "or use another topic.")
    }
}
