import NIOCore
import Synchronization
import Testing

@testable import KafkaGateway

@Suite("Answers of a connection, and what wakes those who wait", .timeLimit(.minutes(1)))
struct ConnectionPartsTests {
    private func frame(_ number: UInt8) -> Answer {
        Answer(.frame([ByteBuffer(bytes: [number])]))
    }

    private func number(_ answer: AnswerQueue.Element?) async -> UInt8? {
        await number(answer?.answer)
    }

    private func number(_ answer: Answer?) async -> UInt8? {
        guard case .frame(let pieces)? = await answer?.content() else { return nil }
        return pieces.first?.getInteger(at: 0)
    }

    @Test("Answers come in the order of their requests, whichever is there first")
    func order() async {
        let queue = AnswerQueue(countMax: 8)
        let (first, second) = (Answer(), Answer())
        #expect(await queue.push(first))
        #expect(await queue.push(second))
        second.give(.frame([ByteBuffer(bytes: [2])]))
        async let taken = number(queue.next())
        first.give(.frame([ByteBuffer(bytes: [1])]))
        #expect(await taken == 1)
        #expect(await number(queue.next()) == 2)
        queue.finish()
        #expect(await number(queue.next()) == nil)
    }

    @Test("An answer waits for its content, and content for its taker")
    func answer() async {
        let answer = Answer()
        async let content = number(answer)
        answer.give(.frame([ByteBuffer(bytes: [3])]))
        #expect(await content == 3)
    }

    @Test("A full queue takes the next answer when one is written, not before")
    func backPressure() async {
        let queue = AnswerQueue(countMax: 2)
        #expect(await queue.push(frame(1)))
        #expect(await queue.push(frame(2)))
        let pushed = Timeout()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                #expect(await queue.push(frame(3)))
                pushed.expire()
            }
            // The first is taken, but not written until the next is asked for.
            #expect(await number(queue.next()) == 1)
            #expect(!pushed.isExpired)
            #expect(await number(queue.next()) == 2)
            await group.waitForAll()
        }
        #expect(pushed.isExpired)
        #expect(await number(queue.next()) == 3)
    }

    @Test(
        "So does one whose requests hold as many bytes as they may; the first waits for none",
        arguments: [-1, 0, 1])
    func byteBackPressure(beyond: Int) async {
        let queue = AnswerQueue(countMax: 8)
        let byteCount = KafkaLimits.pendingByteCountMax + beyond
        #expect(await queue.push(frame(1), requestByteCount: byteCount))
        let pushed = Timeout()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                #expect(await queue.push(frame(2), requestByteCount: byteCount))
                pushed.expire()
            }
            if beyond < 0 { await group.waitForAll() }
            #expect(await number(queue.next()) == 1)
            #expect(pushed.isExpired == (beyond < 0))
            #expect(await number(queue.next()) == 2)
            await group.waitForAll()
        }
        #expect(pushed.isExpired)
    }

    @Test("A reader that waits for all to be written goes on when the last is")
    func waitUntilWritten() async {
        let queue = AnswerQueue(countMax: 8)
        await queue.waitUntilWritten()
        #expect(await queue.push(frame(1)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await queue.waitUntilWritten()
                queue.finish()
            }
            #expect(await number(queue.next()) == 1)
            #expect(await number(queue.next()) == nil)
        }
    }

    @Test("When nobody writes any more, a full queue lets its reader go, and takes nothing")
    func abandonment() async {
        let queue = AnswerQueue(countMax: 1)
        #expect(await queue.push(frame(1)))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await queue.push(frame(2)) }
            queue.abandon()
            #expect(await group.next() == false)
        }
        await queue.waitUntilWritten()
        #expect(await queue.push(frame(3)) == false)
    }

    @Test("A wake-up before the wait is kept, and one is enough for one wait")
    func wakeup() async {
        let wakeup = Wakeup()
        wakeup.wake()
        wakeup.wake()
        await wakeup.wait()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await wakeup.wait() }
            wakeup.wake()
            await group.waitForAll()
            // Cancelled, it waits for nothing.
            group.addTask { await wakeup.wait() }
            group.cancelAll()
        }
    }

    @Test("A notice calls all that wait once, later ones at once, and those not who have gone")
    func stopNotice() {
        let notice = StopNotice()
        let calls = Mutex<[Int]>([])
        _ = notice.register { calls.withLock { $0.append(1) } }
        let second = notice.register { calls.withLock { $0.append(2) } }
        notice.cancel(second)
        #expect(!notice.isStopped)
        notice.stop()
        notice.stop()
        #expect(notice.isStopped)
        _ = notice.register { calls.withLock { $0.append(3) } }
        #expect(calls.withLock { $0 } == [1, 3])
    }
}
