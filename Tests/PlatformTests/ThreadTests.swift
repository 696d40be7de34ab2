import SystemPackage
import Testing

@testable import Platform

@Suite("Threads, queues, clocks, randomness")
struct ThreadTests {
    @Test(
        "A queue gives elements in order, waits when full, and ends when closed",
        .timeLimit(.minutes(1)))
    func queue() throws {
        let queue = BoundedQueue<Int>(weightMax: 3)
        let producer = try #require(
            WorkerThread(name: "producer") {
                for number in 0..<1000 { _ = queue.push(number) }
                queue.close()
            })
        var seen: [Int] = []
        var largest = 0
        while let some = queue.popAll() {
            largest = max(largest, some.count)
            seen += some
        }
        producer.join()
        #expect(seen == Array(0..<1000))
        #expect(largest <= 3)
        #expect(!queue.push(1))
    }

    @Test("Spare threads take a piece of work each, and none when all are busy or it is over")
    func spareThreads() {
        let threads = SpareThreads(name: "spare", countMax: 2)
        let gate = Monitor(false)
        let done = Monitor(0)
        @Sendable func work() {
            _ = gate.wait { $0 ? true : nil }
            done.withLock { $0 += 1 }
            done.notifyAll()
        }
        #expect(threads.tryRun(work) && threads.tryRun(work))
        #expect(!threads.tryRun { Issue.record("nobody was free for this") })
        gate.withLock { $0 = true }
        gate.notifyAll()
        _ = done.wait { $0 == 2 ? true : nil }
        // A thread is free a moment after its work is done.
        for round in 3...50 {
            while !threads.tryRun(work) { WorkerThread.yield() }
            _ = done.wait { $0 == round ? true : nil }
        }
        threads.close()
        #expect(!threads.tryRun { Issue.record("it was over") })
    }

    @Test("A full queue says so, and lets a heavy element in alone")
    func fullQueue() {
        let queue = BoundedQueue<Int>(weightMax: 2)
        #expect(queue.tryPush(1, weight: 5) == .accepted)
        #expect(queue.tryPush(2) == .full)
        #expect(queue.popAll() == [1])
        #expect(queue.tryPush(2) == .accepted)
        queue.close()
        #expect(queue.tryPush(3) == .closed)
        #expect(queue.popAll() == [2])
        #expect(queue.popAll() == nil)
    }

    @Test("A part of what waits can be taken, and makes room for as much")
    func partOfQueue() {
        let queue = BoundedQueue<Int>(weightMax: 3)
        #expect(queue.takeWaiting(atMost: 5) == [])
        for number in 1...3 { #expect(queue.tryPush(number) == .accepted) }
        #expect(queue.tryPush(4) == .full)
        #expect(queue.takeWaiting(atMost: 1) == [1])
        #expect(queue.tryPush(4) == .accepted)
        #expect(queue.tryPush(5) == .full)
        #expect(queue.takeWaiting(atMost: 5) == [2, 3, 4])
    }

    @Test("A wait ends with its time-out, and with what it waits for", .timeLimit(.minutes(1)))
    func monitor() throws {
        let monitor = Monitor(0)
        #expect(monitor.wait(timeout: .milliseconds(1), until: { $0 > 0 ? $0 : nil }) == nil)
        let thread = try #require(
            WorkerThread(name: "a name longer than fifteen") {
                monitor.withLock { $0 = 7 }
                monitor.notifyAll()
            })
        #expect(monitor.wait(until: { $0 > 0 ? $0 : nil }) == 7)
        thread.join()
        #expect(thread.name == "a name longer t")
    }

    @Test("A manual clock moves when told, its wall also backwards")
    func manualClock() {
        let clock = ManualClock(wallMilliseconds: 5_000)
        let start = clock.monotonic
        clock.advance(by: .milliseconds(1_500))
        #expect(clock.wallMilliseconds == 6_500)
        clock.stepWall(toMilliseconds: 10)
        #expect(clock.wallMilliseconds == 10)
        #expect(start.duration(to: clock.monotonic) == .milliseconds(1_500))
        #expect(SystemClock().wallMilliseconds > 1_600_000_000_000)
    }

    @Test("A seed gives the published SplitMix64 sequence")
    func splitMix() {
        // Source: Vigna's splitmix64.c (prng.di.unimi.it), seed 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in generator.next() } == expected)
    }

    @Test("Seeded randomness repeats the numbers of its seed")
    func seededRandomness() {
        let (first, second) = (SeededRandomness(seed: 7), SeededRandomness(seed: 7))
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<4 {
            let number = first.next()
            #expect(number == second.next())
            #expect(number == generator.next())
        }
    }

    @Test("Every file operation has a manual page and a message that says what to do")
    func messages() {
        for operation in IOOperation.allCases {
            let text = IOError(operation, "/some/file", .noSpace).description
            #expect(text.contains("/some/file") && text.contains("Free some space"))
            #expect(text.contains(operation.manualPage))
        }
    }
}
