import Synchronization

/// The memory that all connections together may take for one purpose: requests, or answers.
///
/// Bytes are taken when they are there and given back when they are not needed any more. A budget
/// does not stop anybody: who finds it exhausted waits to be woken, or does with less.
final class MemoryBudget: Sendable {
    /// One who waits; given back with ``cancel(_:)``.
    struct Ticket: Sendable {
        fileprivate let number: UInt64
        fileprivate let isShort: Bool
    }

    /// Those who wait, by numbers that ascend.
    private struct Queue {
        var wakers: [UInt64: @Sendable () -> Void] = [:]
        var first: UInt64 = 0
        var next: UInt64 = 0

        mutating func append(_ waker: @escaping @Sendable () -> Void) -> UInt64 {
            defer { next += 1 }
            wakers[next] = waker
            return next
        }

        mutating func removeFirst() -> (@Sendable () -> Void)? {
            while first < next {
                defer { first += 1 }
                if let waker = wakers.removeValue(forKey: first) { return waker }
            }
            return nil
        }
    }

    private struct Waiting {
        var short = Queue()
        var long = Queue()

        mutating func removeFirst() -> (@Sendable () -> Void)? {
            short.removeFirst() ?? long.removeFirst()
        }
    }

    /// Bytes of room for which one more of those who wait is woken.
    private static let wakeByteCount = 64 << 10

    let limit: Int
    private let taken = Atomic<Int>(0)
    private let waitingCount = Atomic<Int>(0)
    /// Who may take more than there is: its address, or 0.
    private let favourite = Atomic<UInt>(0)
    /// Guards those who wait; they are woken outside of it.
    private let waiting = Mutex(Waiting())

    init(limit: Int) { self.limit = limit }

    /// Bytes that are taken.
    var used: Int { taken.load(ordering: .relaxed) }

    /// Bytes that are left; negative when more was taken than there is.
    var room: Int { limit - taken.load(ordering: .sequentiallyConsistent) }

    /// Whether somebody has to wait.
    var isContended: Bool { room <= 0 || waitingCount.load(ordering: .relaxed) > 0 }

    /// Takes bytes that are there already.
    func take(_ count: Int) { taken.add(count, ordering: .sequentiallyConsistent) }

    /// Whether those who hold bytes without need have to go.
    var isScarce: Bool { room < limit / 4 || isContended }

    /// Takes bytes, at most `most` and a quarter of what is left, so that there is some for others.
    ///
    /// - Returns: how many; nil, with nothing taken, if fewer than `least` are left.
    func take(upTo most: Int, atLeast least: Int) -> Int? {
        var found = taken.load(ordering: .sequentiallyConsistent)
        while true {
            let left = limit - found
            guard left >= least else { return nil }
            let count = min(most, max(least, left / 4))
            let result = taken.compareExchange(
                expected: found, desired: found + count, ordering: .sequentiallyConsistent)
            if result.exchanged { return count }
            found = result.original
        }
    }

    /// Gives bytes back, and wakes those who can go on with them: the short ones first, of these
    /// the longest waiting.
    func give(_ count: Int) {
        taken.subtract(count, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Has `wake` called once when there is room; at once if there is.
    ///
    /// `isShort` says that it needs little, and soon gives it back.
    func register(isShort: Bool, _ wake: @escaping @Sendable () -> Void) -> Ticket {
        let ticket = waiting.withLock { waiting in
            let number = isShort ? waiting.short.append(wake) : waiting.long.append(wake)
            return Ticket(number: number, isShort: isShort)
        }
        waitingCount.add(1, ordering: .sequentiallyConsistent)
        self.wake()
        return ticket
    }

    func cancel(_ ticket: Ticket) {
        let waker = waiting.withLock { waiting in
            ticket.isShort
                ? waiting.short.wakers.removeValue(forKey: ticket.number)
                : waiting.long.wakers.removeValue(forKey: ticket.number)
        }
        if waker != nil { waitingCount.subtract(1, ordering: .sequentiallyConsistent) }
    }

    /// Lets one at a time take more than there is, so that somebody always gets on.
    ///
    /// - Returns: whether it is this one.
    func favours(_ account: MemoryAccount) -> Bool {
        let result = favourite.compareExchange(
            expected: 0, desired: Self.number(of: account), ordering: .sequentiallyConsistent)
        return result.exchanged || result.original == Self.number(of: account)
    }

    /// Whether this one may take more than there is.
    func isFavoured(_ account: MemoryAccount) -> Bool {
        favourite.load(ordering: .sequentiallyConsistent) == Self.number(of: account)
    }

    /// Lets somebody else be favoured, if this one was.
    func endFavour(_ account: MemoryAccount) {
        let result = favourite.compareExchange(
            expected: Self.number(of: account), desired: 0, ordering: .sequentiallyConsistent)
        guard result.exchanged, let waker = waiting.withLock({ $0.removeFirst() }) else { return }
        waitingCount.subtract(1, ordering: .sequentiallyConsistent)
        waker()
    }

    private static func number(of account: MemoryAccount) -> UInt {
        UInt(bitPattern: ObjectIdentifier(account))
    }

    private func wake() {
        guard waitingCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let room = room
        guard room > 0 else { return }
        let wakers = waiting.withLock { waiting in
            var wakers: [@Sendable () -> Void] = []
            while wakers.count <= room / Self.wakeByteCount, let next = waiting.removeFirst() {
                wakers.append(next)
            }
            return wakers
        }
        waitingCount.subtract(wakers.count, ordering: .sequentiallyConsistent)
        for waker in wakers { waker() }
    }
}
