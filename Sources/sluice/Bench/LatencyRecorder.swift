import Histogram
import Synchronization

/// Counts latencies of nanoseconds to minutes, three significant digits.
final class LatencyRecorder: Sendable {
    /// Ten minutes; a longer one counts as that.
    private static let nanosecondsMax: UInt64 = 600_000_000_000

    /// Guards the histogram; no lock is taken inside.
    private let histogram = Mutex(
        Histogram<UInt64>(highestTrackableValue: nanosecondsMax))

    /// Counts `count` records that took as long.
    func record(_ nanoseconds: Int64, count: Int = 1) {
        let value = min(UInt64(max(1, nanoseconds)), Self.nanosecondsMax)
        histogram.withLock { _ = $0.record(value, count: UInt64(count)) }
    }

    /// Counts records that were due at regular times and became ready at one: the first waited
    /// longest.
    func record(ready: Int64, due: [Int64]) {
        histogram.withLock { histogram in
            for time in due {
                _ = histogram.record(min(UInt64(max(1, ready - time)), Self.nanosecondsMax))
            }
        }
    }

    /// The percentiles that a report names.
    var summary: LatencySummary {
        histogram.withLock { histogram in
            LatencySummary(
                count: Int64(histogram.totalCount),
                p50: Self.seconds(histogram.valueAtPercentile(50)),
                p99: Self.seconds(histogram.valueAtPercentile(99)),
                p999: Self.seconds(histogram.valueAtPercentile(99.9)),
                max: Self.seconds(histogram.totalCount == 0 ? 0 : histogram.max))
        }
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
}

/// Seconds at percentiles.
struct LatencySummary: Sendable {
    let count: Int64
    let p50: Double
    let p99: Double
    let p999: Double
    let max: Double

    /// Adds the percentiles.
    func add(to details: inout Details) {
        details.add("Latency p50", .seconds(p50), name: "latency_p50")
        details.add("Latency p99", .seconds(p99), name: "latency_p99")
        details.add("Latency p99.9", .seconds(p999), name: "latency_p99_9")
        details.add("Latency max", .seconds(max), name: "latency_max")
    }
}
