/// Says which windows an event belongs to, by its time alone (WINDOWS.md, "Windows").
///
/// The windows of one event are an arithmetic series in all three kinds, so assignment needs no
/// list: see ``spans(of:)``.
package struct WindowAssigner: Sendable, Equatable {
    /// The kind of window and its parameters, milliseconds.
    package enum Kind: Sendable, Equatable {
        case tumble(size: Int64)
        case hop(slide: Int64, size: Int64)
        case cumulate(step: Int64, size: Int64)
        /// One window for all time, which closes with the input.
        case everything
    }

    package let kind: Kind
    package let offset: Int64

    /// Checks the parameters.
    package init(_ kind: Kind, offset: Int64 = 0) throws(WindowError) {
        switch kind {
        case .tumble(let size):
            try Self.checkSize("size", size)
            try Self.checkOffset(offset, below: size, of: "size")
        case .hop(let slide, let size):
            try Self.checkSize("slide", slide)
            try Self.checkSize("size", size)
            try Self.checkMultiple("size", size, of: "slide", slide)
            try Self.checkOffset(offset, below: slide, of: "slide")
        case .cumulate(let step, let size):
            try Self.checkSize("step", step)
            try Self.checkSize("maximum size", size)
            try Self.checkMultiple("maximum size", size, of: "step", step)
            try Self.checkOffset(offset, below: size, of: "maximum size")
        case .everything: break
        }
        self.kind = kind
        self.offset = offset
    }

    /// The windows of one event: `count` spans, each later one moved by the two steps; ascending
    /// in the order of ``WindowSpan``.
    struct Spans {
        var start: Int64
        var end: Int64
        var startStep: Int64
        var endStep: Int64
        var count: Int

        /// The first span; moves to the next.
        mutating func next() -> WindowSpan {
            let span = WindowSpan(start: start, end: end)
            start += startStep
            end += endStep
            count -= 1
            return span
        }
    }

    /// The windows that hold `time`, which lies within ``StreamLimits/eventTimeMax`` on both sides
    /// of 0: no sum here can overflow.
    func spans(of time: Int64) -> Spans {
        switch kind {
        case .tumble(let size):
            let start = floor(time, grid: size)
            return Spans(start: start, end: start + size, startStep: 0, endStep: 0, count: 1)
        case .hop(let slide, let size):
            let count = size / slide
            let start = floor(time, grid: slide) - (count - 1) * slide
            return Spans(
                start: start, end: start + size, startStep: slide, endStep: slide,
                count: Int(count))
        case .cumulate(let step, let size):
            let start = floor(time, grid: size)
            let first = (time - start) / step + 1
            return Spans(
                start: start, end: start + first * step, startStep: 0, endStep: step,
                count: Int(size / step - first + 1))
        case .everything:
            return Spans(start: .min, end: .max, startStep: 0, endStep: 0, count: 1)
        }
    }

    /// The largest grid point not above `time`; downward below 0 too, as Flink's rule is.
    private func floor(_ time: Int64, grid: Int64) -> Int64 {
        let distance = time - offset
        let rest = distance % grid
        return distance - (rest < 0 ? rest + grid : rest) + offset
    }

    private static func checkSize(_ name: String, _ value: Int64) throws(WindowError) {
        guard value > 0 else { throw .notPositive(parameter: name, milliseconds: value) }
        guard value <= StreamLimits.windowSizeMax else {
            throw .tooLarge(parameter: name, milliseconds: value)
        }
    }

    private static func checkMultiple(
        _ name: String, _ value: Int64, of unitName: String, _ unit: Int64
    ) throws(WindowError) {
        guard value % unit == 0 else {
            throw .notMultiple(
                parameter: name, milliseconds: value, unit: unitName, unitMilliseconds: unit)
        }
        guard value / unit <= StreamLimits.windowsPerEventMax else {
            throw .tooMany(parameter: name, count: value / unit)
        }
    }

    private static func checkOffset(
        _ offset: Int64, below limit: Int64, of name: String
    ) throws(WindowError) {
        guard offset > -limit, offset < limit else {
            throw .offset(milliseconds: offset, parameter: name, limit: limit)
        }
    }
}

extension WindowAssigner: CustomStringConvertible {
    /// As in `EXPLAIN`: `TUMBLE 3600000 ms`.
    package var description: String {
        let text =
            switch kind {
            case .tumble(let size): "TUMBLE \(size) ms"
            case .hop(let slide, let size): "HOP \(size) ms every \(slide) ms"
            case .cumulate(let step, let size): "CUMULATE to \(size) ms by \(step) ms"
            case .everything: "everything up to the end of the input"
            }
        return offset == 0 ? text : text + ", offset \(offset) ms"
    }
}
