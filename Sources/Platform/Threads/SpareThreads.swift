/// Threads that take one piece of work each when they have nothing else to do: for who could go on
/// faster with help, and goes on alone without it.
///
/// Made when they are first needed.
package final class SpareThreads: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var idleCount = 0
        var count = 0
        var isClosed = false
    }
    private let name: String
    private let countMax: Int
    /// Guards the work; no lock is taken inside.
    private let state = Monitor(State())

    /// - Parameters:
    ///   - name: of each thread, see ``WorkerThread/name``.
    ///   - countMax: most threads that there will be.
    package init(name: String, countMax: Int) {
        self.name = name
        self.countMax = countMax
    }

    /// Has a free thread do some work.
    ///
    /// - Returns: false, and the work is not done, if none is free.
    package func tryRun(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, isNew) = state.withLock { state -> (Bool, Bool) in
            if state.isClosed { return (false, false) }
            if state.idleCount > 0 {
                state.idleCount -= 1
                state.work.append(work)
                return (true, false)
            }
            guard state.count < countMax else { return (false, false) }
            state.count += 1
            return (true, true)
        }
        guard isNew else {
            if isTaken { state.notifyAll() }
            return isTaken
        }
        let thread = WorkerThread(name: name) { [state] in Self.run(work, state) }
        if thread == nil { state.withLock { $0.count -= 1 } }
        return thread != nil
    }

    /// Ends the threads when they have done what they are doing; no more work is taken.
    package func close() {
        state.withLock { $0.isClosed = true }
        state.notifyAll()
    }

    deinit { close() }

    private static func run(_ first: @Sendable () -> Void, _ state: Monitor<State>) {
        first()
        while true {
            state.withLock { $0.idleCount += 1 }
            let next = state.wait { state -> (@Sendable () -> Void)?? in
                if let work = state.work.popLast() { return work }
                return state.isClosed ? .some(nil) : nil
            }
            guard let work = next ?? nil else { return }
            work()
        }
    }
}
