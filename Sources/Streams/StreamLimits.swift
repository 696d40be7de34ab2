/// Limits of jobs, with their units.
///
/// Each has a test at, below and above.
package enum StreamLimits {
    /// Milliseconds from 1970, either way, within which an event time counts: 36 million years.
    ///
    /// Sums of a time, an offset and a window's size then never overflow.
    package static let eventTimeMax: Int64 = 1 << 60
    /// Milliseconds of a window: about 139,000 years.
    package static let windowSizeMax: Int64 = 1 << 52
    /// Windows that one event may belong to (HOP, CUMULATE).
    package static let windowsPerEventMax: Int64 = 10_000
    /// Offsets of a split that are processed together before the next split is chosen.
    package static let runOffsetCount: Int64 = 4096
    /// Bytes of results after which an operator hands them on before it makes more.
    package static let outputByteCount = 256 << 10
    /// Bytes of one batch of computed records, since positions in it are 32-bit.
    package static let batchByteCountMax = 1 << 30
    /// Bytes of memory for the open windows of one job.
    package static let stateByteCountMax = 2 << 30
    /// Bytes of a script, comments included.
    package static let scriptByteCountMax = 1 << 20
    /// Aggregate calls in one SELECT.
    package static let aggregateCountMax = 256
    /// Expressions in one GROUP BY.
    package static let groupKeyCountMax = 64
    /// Items in one SELECT.
    package static let selectItemCountMax = 1024

    /// A delay or lateness cut to what sums with event times can bear: 0 … ``windowSizeMax``.
    static func duration(_ milliseconds: Int64) -> Int64 {
        max(0, min(milliseconds, windowSizeMax))
    }
}
