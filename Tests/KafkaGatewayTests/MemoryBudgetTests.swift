import Synchronization
import Testing

@testable import KafkaGateway

@Suite("Memory that connections share")
struct MemoryBudgetTests {
    @Test("What is taken is given back, however a connection ends, and once")
    func close() {
        let budget = MemoryBudget(limit: 100)
        let account = MemoryAccount(budget)
        account.take(30)
        #expect(account.reserve(upTo: 20, atLeast: 17) == 17)
        #expect(budget.used == 47)
        account.give(10)
        #expect(budget.used == 37)
        account.close()
        #expect(budget.used == 0)
        account.give(20)
        account.take(5)
        account.hold(answerOf: 7)
        #expect(account.reserve(upTo: 1, atLeast: 1) == nil)
        account.close()
        #expect(budget.used == 0)
    }

    @Test("A reservation gets a quarter of what is left, or its least, or nothing")
    func reserve() {
        let budget = MemoryBudget(limit: 100)
        let account = MemoryAccount(budget)
        account.take(70)
        #expect(!budget.isScarce)
        #expect(account.reserve(upTo: 50, atLeast: 31) == nil)
        #expect(account.reserve(upTo: 6, atLeast: 3) == 6)
        account.settle(reserved: 6, needed: 0)
        #expect(budget.used == 70)
        #expect(account.reserve(upTo: 50, atLeast: 30) == 30)
        #expect(budget.room == 0)
        #expect(budget.isScarce)
        // More was found than was reserved: a batch comes whole.
        account.settle(reserved: 30, needed: 45)
        #expect(budget.used == 115)
        account.hold(answerOf: 47)
        #expect(account.held == 117)
        account.give(47)
        #expect(budget.used == 70)
    }

    @Test("Those who wait are woken in their order when there is room, short ones first, each once")
    func waiting() {
        let budget = MemoryBudget(limit: 100)
        let account = MemoryAccount(budget)
        account.take(120)
        let woken = Mutex<[Int]>([])
        let tickets = (0..<4).map { number in
            budget.register(isShort: number != 1) { woken.withLock { $0.append(number) } }
        }
        budget.cancel(tickets[0])
        #expect(budget.isContended)
        account.give(10)
        #expect(woken.withLock { $0 } == [])
        account.give(20)
        #expect(woken.withLock { $0 } == [2])
        account.give(1)
        account.give(1)
        account.give(1)
        #expect(woken.withLock { $0 } == [2, 3, 1])
        #expect(!budget.isContended)
        // With room, nobody waits.
        _ = budget.register(isShort: false) { woken.withLock { $0.append(9) } }
        #expect(woken.withLock { $0 } == [2, 3, 1, 9])
    }

    @Test("One is favoured at a time, and its end wakes the next")
    func favour() {
        let budget = MemoryBudget(limit: 10)
        let (first, second) = (MemoryAccount(budget), MemoryAccount(budget))
        first.take(20)
        #expect(budget.favours(first))
        #expect(!budget.favours(second))
        let woken = Mutex(0)
        _ = budget.register(isShort: false) { woken.withLock { $0 += 1 } }
        budget.endFavour(second)
        #expect(woken.withLock { $0 } == 0)
        budget.endFavour(first)
        #expect(woken.withLock { $0 } == 1)
        #expect(budget.favours(second))
        second.close()
        #expect(budget.favours(first))
    }
}
