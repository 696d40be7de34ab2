/// Parameters that make no windows (WINDOWS.md: `error:window`); all are milliseconds.
package enum WindowError: Error, Equatable, Sendable, CustomStringConvertible {
    case notPositive(parameter: String, milliseconds: Int64)
    case tooLarge(parameter: String, milliseconds: Int64)
    case notMultiple(
        parameter: String, milliseconds: Int64, unit: String, unitMilliseconds: Int64)
    case tooMany(parameter: String, count: Int64)
    case offset(milliseconds: Int64, parameter: String, limit: Int64)

    package var description: String {
        switch self {
        case .notPositive(let parameter, let milliseconds):
            "the window's \(parameter) is \(milliseconds) ms: it must be above 0"
        case .tooLarge(let parameter, let milliseconds):
            "the window's \(parameter) is \(milliseconds) ms: "
                + "at most \(StreamLimits.windowSizeMax) ms are supported"
        case .notMultiple(let parameter, let milliseconds, let unit, let unitMilliseconds):
            "the window's \(parameter) of \(milliseconds) ms is not a multiple of its \(unit) of "
                + "\(unitMilliseconds) ms"
        case .tooMany(let parameter, let count):
            "the window's \(parameter) puts each event into \(count) windows: "
                + "at most \(StreamLimits.windowsPerEventMax) are supported"
        case .offset(let milliseconds, let parameter, let limit):
            "the window's offset of \(milliseconds) ms must be between -\(limit) and \(limit) ms, "
                + "its \(parameter)"
        }
    }
}
