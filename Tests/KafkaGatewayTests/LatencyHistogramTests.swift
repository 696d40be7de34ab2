import KafkaWire
import Testing

@testable import KafkaGateway

@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test("A duration is in the first bucket whose bound it does not pass")
    func bounds() {
        for (place, bound) in LatencyHistogram.boundsInMicroseconds.enumerated() {
            var histogram = LatencyHistogram()
            histogram.add(nanoseconds: bound * 1_000)
            histogram.add(nanoseconds: bound * 1_000 + 1)
            #expect(histogram.counts[place] == 1)
            #expect(histogram.counts[place + 1] == 1)
            #expect(histogram.count == 2)
        }
    }

    @Test("Times below zero count as none; no sum traps")
    func extremes() {
        var histogram = LatencyHistogram()
        histogram.add(nanoseconds: -5)
        #expect(histogram.nanoseconds == 0)
        histogram.add(nanoseconds: .max)
        histogram.add(nanoseconds: .max)
        #expect(histogram.counts.first == 1)
        #expect(histogram.counts.last == 2)
    }

    @Test("Errors and durations are counted by API")
    func metrics() {
        let metrics = KafkaMetrics()
        metrics.requestBegun(.fetch)
        metrics.requestEnded(.fetch, nanoseconds: 1, errors: [.offsetOutOfRange: 2])
        metrics.requestEnded(.produce, nanoseconds: 1)
        let counts = metrics.counts.byAPI
        #expect(counts[.fetch]?.begun == 1)
        #expect(counts[.fetch]?.errors == [.offsetOutOfRange: 2])
        #expect(counts[.produce]?.latency.count == 1)
        #expect(counts[.produce]?.errors.isEmpty == true)
    }
}
