import ArgumentParser
import Connectors
import Filters
import Streams
import SystemPackage

/// What happens to records that cannot be parsed or evaluated.
struct ErrorArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What to do with a record that cannot be parsed or evaluated: fail, skip, or \
            dead-letter (needs --dead-letter). With the last two the exit code is 3 if there was \
            one.
            """, valueName: "policy"))
    var onError: PipelineOptions.ErrorPolicy?

    @Option(
        help: ArgumentHelp(
            "Where such records go, one JSON object a line with the reason.", valueName: "file"),
        completion: .file())
    var deadLetter: String?

    mutating func validate() throws {
        switch (onError, deadLetter) {
        case (.deadLetter, nil):
            throw ValidationError(
                "--on-error dead-letter needs a file. Name it with --dead-letter FILE.")
        case (.fail, .some), (.skip, .some):
            throw ValidationError(
                "--dead-letter FILE goes with --on-error dead-letter. Leave one of them out.")
        default: break
        }
    }

    /// The policy that is meant: naming a dead-letter file is enough.
    var policy: PipelineOptions.ErrorPolicy {
        onError ?? (deadLetter == nil ? .fail : .deadLetter)
    }

    /// The same for a filter.
    var filterPolicy: ErrorPolicy {
        switch policy {
        case .fail: .fail
        case .skip: .drop
        case .deadLetter: .deadLetter
        }
    }
}

extension PipelineOptions.ErrorPolicy: ExpressibleByArgument {}
