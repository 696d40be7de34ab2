import ArgumentParser
import Streams

/// What a job does with records that cannot be parsed or evaluated.
struct JobErrorArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What to do with a record that cannot be parsed or evaluated: fail, skip, or \
            dead-letter (to the topic NAME.dead-letter of a job). With the last two the exit code \
            is 3 if there was one.
            """, valueName: "policy"))
    var onError = PipelineOptions.ErrorPolicy.fail

    /// The policy that is meant.
    var policy: PipelineOptions.ErrorPolicy { onError }
}
