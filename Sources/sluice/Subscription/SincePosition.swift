import ArgumentParser
import Bytes
import Expressions
import Platform
import Streams

/// `--since`: how far back stored records are looked at.
struct SincePosition: ExpressibleByArgument, Equatable {
    /// Where it begins at a time, in milliseconds since 1970.
    private enum Place: Equatable {
        case ago(Int64)
        case fixed(StartPosition)
    }
    private let place: Place

    init?(argument: String) {
        if let length = DurationText.milliseconds(argument.lowercased()) {
            place = .ago(length)
        } else if let time = TimestampText.parse(Array(argument.utf8).rawSpan) {
            place = .fixed(.time(time))
        } else if let position = StartPosition(argument: argument) {
            place = .fixed(position)
        } else {
            return nil
        }
    }

    /// Where reading begins if it is `now`.
    func start(now: Int64) -> StartPosition {
        switch place {
        case .ago(let length): .time(now - min(length, now))
        case .fixed(let position): position
        }
    }
}
