import Broker
import CommitLog
import Platform
import Records
import SystemPackage

/// The topic that is measured with, and the log that holds it.
struct BenchTopic {
    let broker: Broker
    let name: String
    let partitions: [TopicDescription.Partition]
    /// Whether it was there before; it then stays.
    let isExisting: Bool

    /// Identities of the partitions.
    var ids: [PartitionID] { partitions.map(\.id) }

    /// Opens the log and makes the topic, runs `body`, and removes what was made.
    static func use<Result>(
        _ options: BenchOptions, logOptions: LogOptions = LogOptions(), mayCreate: Bool = true,
        _ body: (BenchTopic) throws -> Result
    ) throws -> Result {
        let hadDirectory = try RealFileSystem().status(of: options.data.directory) != nil
        if !mayCreate, !hadDirectory { try options.data.requireDirectory() }
        let broker = try Broker.open(directory: options.data.directory, options: logOptions)
        let outcome = Swift.Result {
            let topic = try open(broker, options)
            let outcome = Swift.Result { try body(topic) }
            if !options.keep, !topic.isExisting {
                try broker.deleteTopic(topic.name)
                if hadDirectory { try broker.log.sealNow() }
            }
            return try outcome.get()
        }
        try broker.close()
        if !hadDirectory, !options.keep {
            try RealFileSystem().removeTree(options.data.directory)
        }
        return try outcome.get()
    }

    private static func open(_ broker: Broker, _ options: BenchOptions) throws -> BenchTopic {
        let isExisting = broker.hasTopic(options.topic)
        if isExisting, !options.existing {
            throw CommandFailure(
                "there is a topic '\(options.topic)' already. Measure with it with --existing, or "
                    + "name another with --topic NAME.")
        }
        if !isExisting {
            guard !options.existing else {
                throw CommandFailure("there is no topic '\(options.topic)'.")
            }
            try broker.createTopic(
                options.topic, TopicSettings(partitionCount: options.partitions, format: .raw))
        }
        let topic = try broker.topic(options.topic)
        return BenchTopic(
            broker: broker, name: topic.name, partitions: topic.partitions, isExisting: isExisting)
    }

    /// Fills a topic that was made for the measurement; one that exists stays as it is.
    func fill(_ options: BenchOptions, records: Int) throws -> BenchTopic {
        guard !isExisting else { return self }
        var load = options.load(records: records)
        load.durability = .os
        load.inFlight = 64
        _ = try load.run(broker.log, ids)
        let topic = try broker.topic(name)
        return BenchTopic(
            broker: broker, name: name, partitions: topic.partitions, isExisting: false)
    }
}
