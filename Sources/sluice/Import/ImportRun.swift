import Broker
import Bytes
import Connectors
import Filters
import Records
import Streams

/// One import: files through the assignment of keys and timestamps into a topic, with the
/// positions in the same commit.
struct ImportRun {
    let broker: any BrokerAccess
    let topic: String
    /// With paths from the root.
    let input: InputArguments
    let assignment: AssignmentArguments
    let policy: PipelineOptions.ErrorPolicy
    /// Under which the positions are kept; nil: made of topic and files.
    let name: String?
    /// Whether the positions of an earlier run are forgotten.
    let restarts: Bool
    let console: Console

    /// What an import came to.
    struct Outcome {
        let result: PipelineRun.Result
        /// Whether an earlier run had committed something.
        let isContinuation: Bool

        /// Whether everything had been imported before.
        var isUpToDate: Bool {
            isContinuation && result.report.read == 0 && result.report.rejected == 0
        }
    }

    func run() throws -> Outcome {
        let known = try broker.hasTopic(topic) ? try broker.topic(topic).settings.format : .raw
        let format = try input.resolvedFormat(
            fallback: RecordFormats.named(known.recordFormatName))
        let source = try input.open(format, console: console)
        do {
            let streams = source.splits.map { RecordStream(topic: $0.text) }
            let assign = try assignment.makeOperator(source.format, streams: streams)
            try TopicInput.prepare(
                topic, for: source.format, in: broker, creates: true, console: console)
            let pipeline = try pipelineName()
            if restarts { try broker.resetPipeline(pipeline) }
            let isContinuation = try broker.hasProgress(ofPipeline: pipeline)
            let target = try TopicTarget(
                broker,
                topics: [
                    .main: topic, .deadLetter: TopicErrorArguments.deadLetterTopic(of: topic),
                ], pipeline: pipeline)
            let run = PipelineRun(label: "importing", console: console)
            let result = try run.run(
                source, [assign].compactMap { $0 }, target, options: try options())
            return Outcome(result: result, isContinuation: isContinuation)
        } catch {
            source.close()
            guard case PipelineError.foreignState = error else { throw error }
            throw CommandFailure(
                "An import of this name was begun with another topic, --key or --timestamp, or "
                    + "before the topic was made anew. Go on with the same ones, give this one a "
                    + "--name of its own, or import everything again with --restart.")
        }
    }

    /// A topic that was deleted and made again is another one: the time of its making is part of
    /// the name.
    private func pipelineName() throws -> String {
        if let name { return name }
        let created = try broker.topic(topic).createdAt
        return "import:\(topic):\(created):" + input.files.joined(separator: ",")
    }

    private func options() throws -> PipelineOptions {
        var options = PipelineOptions()
        options.onError = policy
        let created = try broker.topic(topic).createdAt
        let text = "import \(topic) \(created)\n" + assignment.fingerprintText
        options.fingerprint = StableHash.hash(Array(text.utf8).rawSpan)
        return options
    }
}
