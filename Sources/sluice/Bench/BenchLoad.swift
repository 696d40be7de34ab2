import Bytes
import CommitLog
import Platform
import Records
import Synchronization

/// Appends records as producers do, and takes the time of every answer.
struct BenchLoad: Sendable {
    let recordCount: Int
    let recordByteCount: Int
    let batchByteCount: Int
    let payload: BenchPayload.Kind
    /// Threads that append.
    var producers = 1
    /// Requests of one thread that wait for their answers at the same time.
    var inFlight = 1
    var durability: Durability = .fsync
    /// Whether a request's time ends with its answer, or when the log has taken it.
    var awaitsAnswers = true
    /// Records a second of all threads together; nil sends as fast as answers come.
    var rate: Double?
    /// If given, records have tags: about one in so many `wanted`, at most one a batch, all others
    /// `other`.
    var wantedEvery: Int?

    /// What a run has shown.
    struct Outcome {
        let seconds: Double
        let latency: LatencySummary
        /// Of all threads, the producers' too.
        let cpuSeconds: Double
    }

    /// The requests of one producer that have no answer yet, and what went wrong.
    private struct Window {
        var inFlight = 0
        var failure: AppendError?
    }

    /// What the producers of one run share.
    private struct Run: Sendable {
        let log: CommitLog
        let partitions: [PartitionID]
        let pool: BatchPool?
        let latency = LatencyRecorder()
        let window = Monitor(Window())
    }

    /// Appends everything, and waits for the last answer.
    func run(_ log: CommitLog, _ partitions: [PartitionID]) throws -> Outcome {
        let run = Run(
            log: log, partitions: partitions, pool: rate == nil ? BatchPool(self) : nil)
        let clock = SystemClock()
        let cpuSeconds = ProcessUsage.current.cpuSeconds
        let start = clock.monotonic
        let threads = (0..<producers).map { index in
            WorkerThread(name: "producer \(index)") {
                let window = Monitor(Window())
                if rate == nil {
                    send(run, index, window)
                } else {
                    sendOnTime(run, index, start, window)
                }
                let failure = window.wait { $0.inFlight == 0 ? .some($0.failure) : nil } ?? nil
                if let failure { run.window.withLock { $0.failure = failure } }
            }
        }
        for thread in threads { thread?.join() }
        if threads.contains(where: { $0 == nil }) {
            throw CommandFailure("the system has no room for \(producers) more threads (ulimit -u)")
        }
        if let failure = run.window.withLock({ $0.failure }) { throw failure }
        let seconds = Double(start.duration(to: clock.monotonic).wholeNanoseconds) / 1e9
        return Outcome(
            seconds: seconds, latency: run.latency.summary,
            cpuSeconds: ProcessUsage.current.cpuSeconds - cpuSeconds)
    }

    // MARK: As fast as answers come

    private func send(_ run: Run, _ index: Int, _ window: Monitor<Window>) {
        guard let pool = run.pool else { return }
        let clock = SystemClock()
        var generator = SeededGenerator(seed: UInt64(index) + 1)
        let batchCount = (recordCount + pool.recordCount - 1) / pool.recordCount
        // A millisecond a batch: times ascend, and a time can be sought.
        let firstTime = clock.wallMilliseconds - Int64(batchCount)
        for number in stride(from: index, to: batchCount, by: producers) {
            guard waits(window) else { return }
            let bytes = pool.batch(number, at: firstTime + Int64(number), using: &generator)
            let sent = clock.monotonic.nanoseconds
            submit(run, window, run.partitions[number % run.partitions.count], bytes) { latency in
                latency.record(
                    SystemClock().monotonic.nanoseconds - sent, count: pool.recordCount)
            }
        }
    }

    // MARK: At a rate

    /// Sends each record when it is due, whatever has become of those before: a stall of the log
    /// delays the requests that it delays, and is not hidden by asking it less.
    private func sendOnTime(
        _ run: Run, _ index: Int, _ start: MonotonicInstant, _ window: Monitor<Window>
    ) {
        let clock = SystemClock()
        let interval = 1e9 / (rate ?? 1)
        let perBatch = max(1, batchByteCount / (recordByteCount + 10))
        var payload = BenchPayload(self.payload, byteCount: recordByteCount, seed: UInt64(index))
        let writer = BatchWriter()
        var number = index
        func due(_ number: Int) -> Int64 {
            start.nanoseconds + Int64(Double(number) * interval)
        }
        while number < recordCount {
            Self.sleep(until: MonotonicInstant(nanoseconds: due(number)), window)
            let now = clock.monotonic.nanoseconds
            var times: [Int64] = []
            let partition = run.partitions[number % run.partitions.count]
            while number < recordCount, times.count < perBatch, due(number) <= now {
                times.append(due(number))
                number += producers
            }
            guard !times.isEmpty else { continue }
            guard waits(window) else { return }
            let bytes = BatchPool.batch(
                times.count, &payload, writer, timestamp: clock.wallMilliseconds)
            let sent = times
            submit(run, window, partition, bytes) { latency in
                latency.record(ready: SystemClock().monotonic.nanoseconds, due: sent)
            }
        }
    }

    /// Sleeps until shortly before a time and then spins: a sleep may end 60 µs late, which is a
    /// third of what is measured.
    private static func sleep(until time: MonotonicInstant, _ window: Monitor<Window>) {
        let clock = SystemClock()
        let margin = Duration.microseconds(80)
        let rest = clock.monotonic.duration(to: time)
        if rest > margin {
            // Nobody answers this wait but the clock.
            let never: Bool? = window.wait(timeout: rest - margin, until: { _ in nil })
            precondition(never == nil, "a wait for nothing had a result")
        }
        while clock.monotonic < time { WorkerThread.yield() }
    }

    // MARK: Requests

    /// Waits for room for one more request; false if one has failed.
    ///
    /// Once all are under way, half of them must come back: a producer is not woken for each.
    private func waits(_ window: Monitor<Window>) -> Bool {
        let limit = inFlight
        let mayGo = window.withLock { $0.failure == nil && $0.inFlight < limit }
        if mayGo { return true }
        return window.wait { window -> Bool? in
            if window.failure != nil { return false }
            return window.inFlight <= limit / 2 ? true : nil
        } ?? false
    }

    private func submit(
        _ run: Run, _ window: Monitor<Window>, _ partition: PartitionID, _ bytes: [UInt8],
        measure: @escaping @Sendable (LatencyRecorder) -> Void
    ) {
        let latency = run.latency
        let (limit, awaitsAnswers) = (inFlight, awaitsAnswers)
        window.withLock { $0.inFlight += 1 }
        do throws(AppendError) {
            try run.log.submit(.batches(partition, bytes), durability: durability) { result in
                if awaitsAnswers { measure(latency) }
                let wakes = window.withLock { window in
                    window.inFlight -= 1
                    if case .failure(let error) = result { window.failure = error }
                    return window.inFlight <= limit / 2 || window.failure != nil
                }
                if wakes { window.notifyAll() }
            }
            if !awaitsAnswers { measure(latency) }
        } catch {
            window.withLock { window in
                window.inFlight -= 1
                window.failure = error
            }
        }
    }
}
