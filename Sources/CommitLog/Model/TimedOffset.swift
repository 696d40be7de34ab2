package import Records

/// A record's place and time.
package struct TimedOffset: Sendable, Equatable {
    package let offset: RecordOffset
    /// Milliseconds since 1970-01-01 UTC.
    package let timestamp: Int64
}
