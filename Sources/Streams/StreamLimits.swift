/// Limits of jobs, with their units. Each has a test at, below and above.
package enum StreamLimits {
    /// Milliseconds from 1970, either way, within which an event time counts: about 36 million
    /// years. Sums of a time, an offset and a window's size then never overflow.
    package static let eventTimeMax: Int64 = 1 << 60
    /// Milliseconds of a window: about 139,000 years.
    package static let windowSizeMax: Int64 = 1 << 52
    /// Windows that one event may belong to (HOP, CUMULATE).
    package static let windowsPerEventMax: Int64 = 10_000
    /// Offsets of a split that are processed together before the next split is chosen.
    package static let runOffsetCount: Int64 = 4096
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
}
