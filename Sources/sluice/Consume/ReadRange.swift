import ArgumentParser
import Platform

/// `--from`: where reading begins, and behind a colon where it ends.
///
/// The forms are those of rpk: `start`, `end`, `120`, `+10`, `-10`, `@TIME`; `A:B`, `A:`, `:B`, where
/// `B` is `end`, an offset or, behind an `@`, a time, and neither record of that place is read.
struct ReadRange: ExpressibleByArgument, Equatable {
    let start: StartPosition
    /// The first place that is not read any more; nil: the end that the topic has, or none.
    let end: StartPosition?

    init(from start: StartPosition, to end: StartPosition? = nil) {
        self.start = start
        self.end = end
    }

    init?(argument: String) { self.init(argument, now: SystemClock().wallMilliseconds) }

    /// Reads an argument; times may be relative to `now`, milliseconds since 1970.
    init?(_ text: String, now: Int64) {
        if let start = StartPosition(argument: text) {
            self.init(from: start)
            return
        }
        // Times have colons of their own: whichever of them leaves a place on either side.
        for colon in text.indices where text[colon] == ":" {
            let (left, right) = (text[..<colon], text[text.index(after: colon)...])
            if let range = Self.split(String(left), String(right), now) {
                self = range
                return
            }
        }
        return nil
    }

    private static func split(_ left: String, _ right: String, _ now: Int64) -> ReadRange? {
        let isTime = left.hasPrefix("@")
        let start =
            left.isEmpty || left == "@" ? .earliest : StartPosition(argument: left)
        guard let start else { return nil }
        if right.isEmpty { return left.isEmpty ? nil : ReadRange(from: start) }
        if right == "end" || right == "now" { return ReadRange(from: start, to: .latest) }
        if isTime {
            return end(after: start, right, now).map { ReadRange(from: start, to: $0) }
        }
        if right.hasPrefix("@") {
            return StartPosition.time(String(right.dropFirst()), now: now)
                .map { ReadRange(from: start, to: .time($0)) }
        }
        guard let offset = Int64(right), offset >= 0 else { return nil }
        if case .offset(let first) = start, first > offset { return nil }
        return ReadRange(from: start, to: .offset(offset))
    }

    /// The end behind `@START:`: a time, or how long after the start.
    private static func end(
        after start: StartPosition, _ text: String, _ now: Int64
    ) -> StartPosition? {
        if case .time(let first) = start, Int64(text) == nil,
            let length = DurationArgument(argument: text)
        {
            let sum = first.addingReportingOverflow(length.milliseconds)
            return .time(sum.overflow ? .max : sum.partialValue)
        }
        return StartPosition.time(text, now: now).map { .time($0) }
    }
}
