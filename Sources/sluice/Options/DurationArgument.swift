import ArgumentParser
import Streams

/// A length of time: `250ms`, `5s`, `10m`, `2h`, `1d`; a number alone counts milliseconds.
struct DurationArgument: ExpressibleByArgument, Equatable {
    /// At least 0.
    let milliseconds: Int64

    init?(argument: String) {
        let text = argument.lowercased()
        guard let value = DurationText.milliseconds(text) ?? Int64(text), value >= 0 else {
            return nil
        }
        milliseconds = value
    }
}
