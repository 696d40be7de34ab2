import ArgumentParser
import CommitLog

/// Which entries `log dump` shows.
struct LogDumpFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only what concerns this topic.", valueName: "name"))
    var topic: String?

    @Option(help: ArgumentHelp("Only records from this offset on.", valueName: "offset"))
    var from: Int64?

    @Option(help: ArgumentHelp("Only records up to this offset.", valueName: "offset"))
    var to: Int64?

    func validate() throws {
        guard from ?? 0 <= to ?? .max else {
            throw ValidationError("--from must not be above --to.")
        }
    }

    /// Whether everything is shown.
    var isEmpty: Bool { topic == nil && from == nil && to == nil }

    var offsets: ClosedRange<Int64> { (from ?? .min)...(to ?? .max) }

    /// Whether offsets from `first` to `last` are asked for.
    func includes(_ first: Int64, _ last: Int64) -> Bool {
        last >= offsets.lowerBound && first <= offsets.upperBound
    }
}
