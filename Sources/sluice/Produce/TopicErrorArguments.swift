import ArgumentParser
import Records
import Streams

/// `--on-error` of commands that write to a topic: records set aside go to a topic beside it.
struct TopicErrorArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What to do with a record that cannot be parsed or evaluated: fail, skip, or \
            dead-letter (to the topic TOPIC.dead-letter, with the reason in its headers). With \
            the last two the exit code is 3 if there was one.
            """, valueName: "policy"))
    var onError = PipelineOptions.ErrorPolicy.fail

    /// The pipeline's policy.
    var policy: PipelineOptions.ErrorPolicy { onError }

    /// The topic beside another that takes what is set aside of it.
    static func deadLetterTopic(of topic: String) -> String { topic + ".dead-letter" }
}
