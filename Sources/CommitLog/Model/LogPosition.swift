/// Counts bytes of frames from the beginning of the commit log, file headers left out.
package struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// Before the first frame.
    package static var zero: LogPosition { LogPosition(rawValue: 0) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package func advanced(by byteCount: Int) -> LogPosition {
        LogPosition(rawValue: rawValue + Int64(byteCount))
    }

    package var description: String { "log position \(rawValue)" }
}
