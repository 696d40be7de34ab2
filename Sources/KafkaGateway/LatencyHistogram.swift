/// How many durations were at most how long.
package struct LatencyHistogram: Sendable, Equatable {
    /// The longest duration of each bucket, in microseconds; one more bucket is for those beyond.
    ///
    /// 1, 2.5 and 5 of each power of ten from 100 µs, which a quiet disk needs, to 10 s.
    package static let boundsInMicroseconds: [Int64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000,
    ]

    /// How many fell into each bucket and none before it.
    package private(set) var counts = [Int64](
        repeating: 0, count: boundsInMicroseconds.count + 1)
    /// The sum of all durations.
    package private(set) var nanoseconds: Int64 = 0

    package init() {}

    /// All that were counted.
    package var count: Int64 { counts.reduce(0, +) }

    /// Counts a duration.
    ///
    /// - Complexity: O(buckets), no allocation.
    mutating func add(nanoseconds duration: Int64) {
        let duration = max(0, duration)
        let bounds = Self.boundsInMicroseconds
        counts[bounds.firstIndex { duration <= $0 * 1_000 } ?? bounds.count] += 1
        // 292 years of requests.
        nanoseconds &+= duration
    }
}
