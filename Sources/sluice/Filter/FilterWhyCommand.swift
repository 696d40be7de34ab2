import ArgumentParser
import Broker
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records

/// `sluice filter why`: one record, and what each clause of a filter makes of it.
struct FilterWhyCommand: Command {
    static let configuration = CommandConfiguration(
        "why", abstract: "Show why a filter keeps one record or not, clause by clause.",
        discussion: """
            Every clause is shown with what it gives for the record (true, false, unknown or an \
            error) and the values of its operands; a clause that evaluation from left to right does \
            not get to is marked. Then comes the record's fate under the error policy. The record \
            is that of an offset of a topic, or one of standard input or a file, counted from 0.
            """,
        examples: [
            Example(
                "sluice filter why --subscription late --partition 0 --offset 1234",
                "Why a subscription did not deliver a record."),
            Example(
                "sluice filter why 'dep_delay > 60' --topic flights --offset 7",
                "The same for an expression."),
            Example(
                "head -1 flights.jsonl | sluice filter why 'dep_delay > 60'",
                "On a record of a file."),
        ])

    @Argument(help: "The condition, as --where takes it.")
    var expression: String?

    @OptionGroup(title: "Input") var input: InputArguments

    @Option(help: ArgumentHelp("A subscription's filter and topic.", valueName: "name"))
    var subscription: String?

    @Option(help: ArgumentHelp("Take the record from this topic.", valueName: "topic"))
    var topic: String?

    @Option(
        help: ArgumentHelp(
            "The partition of the topic (default: 0).", valueName: "number"))
    var partition: Int32 = 0

    @Option(
        help: ArgumentHelp(
            "The record: its offset, or its number in a file from 0 (default: 0).",
            valueName: "offset"))
    var offset: Int64 = 0

    @OptionGroup(title: "Further conditions") var filter: FilterArguments

    @Option(help: "Whose rules the condition follows: sluice, rocketmq or jms.")
    var dialect = ExpressionArguments.DialectArgument.sluice

    @OptionGroup(title: "Errors") var policy: SubscriptionPolicyArgument
    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if filter.condition != nil {
            throw ValidationError("Write the condition as the argument, without --where.")
        }
        guard offset >= 0 else { throw ValidationError("--offset cannot be negative.") }
        if subscription != nil {
            if expression != nil || !filter.isEmpty || topic != nil || !input.files.isEmpty {
                throw ValidationError(
                    "--subscription has its own conditions and topic. Leave the others out.")
            }
        } else if expression == nil, filter.isEmpty {
            throw ValidationError("Give a condition, or name a --subscription.")
        }
        if topic != nil, !input.files.isEmpty {
            throw ValidationError("A topic and files cannot be read at once. Name one of them.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        if subscription == nil, topic == nil {
            let format = try input.resolvedFormat(fallback: RecordFormats.named("jsonl"))
            let source = try input.open(format, console: console)
            defer { source.close() }
            let stream = RecordStream(topic: source.splits[0].text)
            return try explain(
                source, source.splits[0], definition(source.format), stream, console)
        }
        return try place.withBroker(creates: false, console: console) { broker in
            let definition: FilterDefinition
            let name: String
            if let subscription {
                let known = try broker.subscription(subscription)
                (definition, name) = (known.filter, known.topic)
            } else {
                name = topic ?? ""
                definition = try self.definition(broker.topic(name).settings.format)
            }
            let source = try broker.openSource(topic: name, end: .current, selector: nil)
            let count = Int32(source.splits.count)
            guard partition >= 0, partition < count else {
                throw BrokerError.unknownPartition(
                    topic: name, partition: partition, count: count)
            }
            try source.seek(partition: partition, to: RecordOffset(rawValue: offset))
            return try explain(
                source, source.splits[Int(partition)], definition,
                RecordStream(topic: name, partition: partition), console)
        }
    }

    private func definition(_ format: PayloadFormat) throws -> FilterDefinition {
        var definition = try filter.definition(format, errorPolicy: policy.policy ?? .drop)
        if let expression {
            definition.clauses.append(SQLFilter.clause(expression, dialect: dialect.dialect))
        }
        return definition
    }

    /// Reads up to the record and shows what the filter makes of it.
    private func explain(
        _ source: any Source, _ split: SplitName, _ definition: FilterDefinition,
        _ stream: RecordStream, _ console: Console
    ) throws -> ExitStatus {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        while StopSignals.received == nil {
            rejected.removeAll(keepingCapacity: true)
            let status = try source.read(
                split, into: &buffer, rejected: &rejected, byteCountMax: 256 << 10)
            if let rejection = rejected.first(where: { $0.number == offset }) {
                throw CommandFailure(
                    "record \(offset) is not read at all, so no filter sees it: "
                        + "\(rejection.reason). Correct it, or choose another --offset.")
            }
            let block = buffer.block
            for row in 0..<block.count where block.rows[row].offset >= offset {
                guard block.rows[row].offset == offset else { break }
                let report = FilterWhyReport(
                    try trace(definition, block, row, stream), offset: offset, stream: stream)
                try report.print(to: console, as: output.output)
                return .done
            }
            if status == .end { break }
            if let last = block.rows.isEmpty ? nil : block.rows[block.count - 1].offset,
                last > offset
            {
                break
            }
        }
        throw CommandFailure(
            "\(stream.topic) has no record \(offset) in partition \(stream.partition): it is behind "
                + "the end, expired, or was removed by compaction. Choose another --offset.")
    }

    private func trace(
        _ definition: FilterDefinition, _ block: borrowing RecordBlock, _ row: Int,
        _ stream: RecordStream
    ) throws -> FilterTrace {
        do throws(FilterError) {
            return try FilterTrace(
                definition, block, row: row, of: stream, now: SystemClock().wallMilliseconds,
                allowsVolatile: true)
        } catch {
            guard case .sql(let mistake) = error, let expression else {
                throw CommandFailure.usage("\(error)")
            }
            throw CommandFailure.expression(mistake, in: expression, of: "expression")
        }
    }
}
