import ArgumentParser
import Broker

/// What the measurements have in common: where, with which records, and what stays.
struct BenchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The topic to measure with.", valueName: "name"))
    var topic = "bench"

    @Flag(help: "Use the topic although it exists; it then stays.")
    var existing = false

    @Flag(help: "Leave the topic and its records at the end.")
    var keep = false

    @Option(help: "Bytes of a record's value.")
    var recordSize = ByteSizeArgument(byteCount: 100)

    @Option(
        help: ArgumentHelp(
            "Bytes of a batch before it is sent: what Kafka's clients call batch.size.",
            valueName: "bytes"))
    var batchSize = ByteSizeArgument(byteCount: 16 << 10)

    @Option(help: "Number of partitions, 1 to \(TopicSettings.partitionCountMax).")
    var partitions: Int32 = 1

    @Option(
        help: """
            json: objects like those of an event log, which zstd shrinks to a fourth; random: \
            letters and digits at random, to three fourths.
            """)
    var payload = BenchPayload.Kind.json

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    /// Refuses what cannot be measured.
    func check(records: Int) throws {
        guard records > 0 else { throw CommandFailure.usage("--records must be at least 1.") }
        guard recordSize.byteCount <= Self.recordSizeMax else {
            throw CommandFailure.usage(
                "--record-size is at most \(Quantity.bytes(Int64(Self.recordSizeMax))).")
        }
        guard batchSize.byteCount <= Self.recordSizeMax else {
            throw CommandFailure.usage(
                "--batch-size is at most \(Quantity.bytes(Int64(Self.recordSizeMax))).")
        }
    }

    /// Bytes of the largest record and of the largest batch.
    static let recordSizeMax = 8 << 20

    /// The load that these options describe.
    func load(records: Int) -> BenchLoad {
        BenchLoad(
            recordCount: records, recordByteCount: recordSize.byteCount,
            batchByteCount: batchSize.byteCount, payload: payload)
    }
}

extension ByteSizeArgument {
    /// For defaults.
    init(byteCount: Int) { self.byteCount = byteCount }
}
