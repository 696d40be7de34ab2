import ArgumentParser
import Broker
import Bytes
import CommitLog
import Platform
import Records
import SystemPackage

/// `sluice bench seek`.
struct BenchSeek: Command {
    static let configuration = CommandConfiguration(
        "seek", abstract: "Measure how long it takes to find a record by offset and by time.",
        discussion: """
            Makes a topic and seals it, or uses one with --existing. By offset: the stored batch \
            that holds it is found, read and compared with its checksum. By time: the first record \
            at or after it is found, for which its batch is decompressed. Places are random.

            --cold takes the data files out of the page cache before every look-up \
            (posix_fadvise(2), DONTNEED), so that each one reads from the disk; open indexes stay \
            in memory.
            """,
        examples: [
            Example("sluice bench seek", "A thousand look-ups each way among 5,000,000 records."),
            Example(
                "sluice bench seek --records 20000000 --cold --count 200",
                "The same from the disk, among 20,000,000."),
        ])

    @Option(help: "Number of records, for a topic that is made.")
    var records = 5_000_000

    @Option(help: "Look-ups of each kind.")
    var count = 1_000

    @Flag(help: "Read from the disk and not from the page cache.")
    var cold = false

    @OptionGroup var options: BenchOptions

    func run(_ console: Console) throws -> ExitStatus {
        try options.check(records: records)
        guard count > 0 else { throw CommandFailure.usage("--count must be at least 1.") }
        var table = Table([
            Table.Column("By"), Table.Column("Look-ups"), Table.Column("p50"), Table.Column("p99"),
            Table.Column("p99.9", name: "p99_9"), Table.Column("Max"),
        ])
        try BenchTopic.use(options, mayCreate: !options.existing) { topic in
            let topic = try topic.fill(options, records: records)
            if !topic.isExisting { try topic.broker.log.sealNow() }
            var generator = SeededGenerator(seed: 1)
            let places = topic.partitions.filter { $0.start < $0.end }
            guard !places.isEmpty else { throw CommandFailure("the topic has no records.") }
            let cache = cold ? try DataFiles(options.data.directory) : nil
            try table.add(row("offset", offsets(topic, places, cache, &generator)))
            try table.add(row("time", times(topic, places, cache, &generator)))
        }
        try table.print(to: console, as: options.output.output)
        return .done
    }

    private func row(_ kind: String, _ latency: LatencySummary) -> [Field] {
        [
            .text(kind), .count(latency.count), .seconds(latency.p50), .seconds(latency.p99),
            .seconds(latency.p999), .seconds(latency.max),
        ]
    }

    private func offsets(
        _ topic: BenchTopic, _ places: [TopicDescription.Partition], _ cache: DataFiles?,
        _ generator: inout SeededGenerator
    ) throws -> LatencySummary {
        let log = topic.broker.log
        var bytes: [UInt8] = []
        return try measure(cache) {
            let place = places[Int.random(in: 0..<places.count, using: &generator)]
            let offset = Int64.random(
                in: place.start.rawValue..<place.end.rawValue, using: &generator)
            return {
                bytes.removeAll(keepingCapacity: true)
                _ = try log.read(
                    place.id, from: RecordOffset(rawValue: offset), maximumBytes: 0, into: &bytes)
            }
        }
    }

    private func times(
        _ topic: BenchTopic, _ places: [TopicDescription.Partition], _ cache: DataFiles?,
        _ generator: inout SeededGenerator
    ) throws -> LatencySummary {
        let log = topic.broker.log
        let ranges = try places.map { try Self.times(log, $0) }
        return try measure(cache) {
            let index = Int.random(in: 0..<places.count, using: &generator)
            let time = Int64.random(in: ranges[index], using: &generator)
            return { _ = try log.offset(places[index].id, atOrAfter: time) }
        }
    }

    /// Times each of `count` look-ups; `next` prepares one.
    private func measure(
        _ cache: DataFiles?, _ next: () throws -> () throws -> Void
    ) throws -> LatencySummary {
        let clock = SystemClock()
        let latency = LatencyRecorder()
        for _ in 0..<count {
            let lookUp = try next()
            try cache?.forget()
            let start = clock.monotonic
            try lookUp()
            latency.record(start.duration(to: clock.monotonic).wholeNanoseconds)
        }
        return latency.summary
    }

    /// The times of a partition's first and last batch.
    private static func times(
        _ log: CommitLog, _ partition: TopicDescription.Partition
    ) throws -> ClosedRange<Int64> {
        func header(at offset: Int64) throws -> BatchHeader {
            var bytes: [UInt8] = []
            _ = try log.read(
                partition.id, from: RecordOffset(rawValue: offset), maximumBytes: 0, into: &bytes)
            return try BatchHeader(parsing: bytes.rawSpan)
        }
        let first = try header(at: partition.start.rawValue).baseTimestamp
        let last = try header(at: partition.end.rawValue - 1).maxTimestamp
        return min(first, last)...max(first, last)
    }
}

/// The files of a data directory that hold records.
struct DataFiles {
    private let paths: [FilePath]

    init(_ directory: FilePath) throws {
        let fileSystem = RealFileSystem()
        let topics = directory.appending("topics")
        var paths: [FilePath] = []
        for name in try fileSystem.list(topics) {
            for index in try fileSystem.list(topics.appending(name)) {
                let partition = topics.appending(name).appending(index)
                paths += try fileSystem.list(partition).map { partition.appending($0) }
            }
        }
        let commit = directory.appending("commit")
        paths += try fileSystem.list(commit).map { commit.appending($0) }
        self.paths = paths
    }

    /// Takes them out of the page cache.
    func forget() throws {
        for path in paths {
            let file = try RealFileSystem().open(path, .read)
            try file.forgetCached()
        }
    }
}
