import Bytes
import Filters
import Platform
import Records

/// Times subscriptions over records that are in memory: all in one pass, or one filter after the
/// other.
struct MatchTiming {
    /// What came of it: the same for both ways.
    struct Result {
        /// Nanoseconds for a record, of all subscriptions together, in the fastest pass.
        var nanoseconds = 0.0
        /// Deliveries in one pass.
        var matchCount = 0
    }

    private let batches: [RecordBuffer]
    private let recordCount: Int
    private let minimum: Duration
    private let clock = SystemClock()
    private let stream = RecordStream(topic: "flights")

    /// Passes go on until they took `minimum` together; the first one is not timed.
    init(_ batches: [RecordBuffer], minimum: Duration) {
        self.batches = batches
        self.minimum = minimum
        recordCount = batches.reduce(0) { $0 + $1.rows.count }
    }

    func together(_ matcher: inout SubscriptionMatcher) -> Result {
        measure {
            var count = 0
            for batch in batches {
                matcher.select(from: batch.block, of: stream, now: 0)
                for match in matcher.matches {
                    count += match.rows.count * match.subscriptions.count
                }
            }
            return count
        }
    }

    func oneByOne(_ filters: inout [SubscriptionFilter]) -> Result {
        var selection = Selection()
        return measure {
            var count = 0
            for batch in batches {
                for index in filters.indices {
                    selection.selectAll(batch.rows.count)
                    _ = filters[index].select(
                        from: batch.block, of: stream, now: 0, selection: &selection)
                    count += selection.count
                }
            }
            return count
        }
    }

    private func measure(_ pass: () -> Int) -> Result {
        var result = Result(nanoseconds: .infinity, matchCount: pass())
        var total = Duration.zero
        repeat {
            let start = clock.monotonic
            result.matchCount = pass()
            let time = start.duration(to: clock.monotonic)
            total += time
            result.nanoseconds = min(
                result.nanoseconds, Double(time.wholeNanoseconds) / Double(max(1, recordCount)))
        } while total < minimum && StopSignals.received == nil
        return result
    }
}
