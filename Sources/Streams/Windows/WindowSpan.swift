/// A window: events with `start <= time < end`, milliseconds.
package struct WindowSpan: Hashable, Comparable, Sendable {
    package let start: Int64
    package let end: Int64

    package init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// `window_time`: the last millisecond that belongs to the window.
    package var time: Int64 { end - 1 }

    /// The order in which windows fire: by end, then by start.
    package static func < (left: WindowSpan, right: WindowSpan) -> Bool {
        left.end != right.end ? left.end < right.end : left.start < right.start
    }
}
