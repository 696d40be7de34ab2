/// A queue between threads with a limit on what waits in it.
///
/// When it is full, ``push(_:weight:)`` waits (back-pressure) and ``tryPush(_:weight:)`` answers
/// `.full`; nothing is ever dropped. An element heavier than the limit is let in alone.
package final class BoundedQueue<Element: Sendable>: Sendable {
    /// What became of an element that was offered.
    package enum Offer: Sendable { case accepted, full, closed }

    private struct State {
        var elements: [(element: Element, weight: Int)] = []
        var weight = 0
        var isClosed = false
    }
    private let weightMax: Int
    /// Guards the elements; no lock is taken inside.
    private let state = Monitor(State())

    /// - Parameter weightMax: most weight that may wait; weights are bytes, or 1 for an element.
    package init(weightMax: Int) { self.weightMax = weightMax }

    /// Adds an element, waiting while the queue is full.
    ///
    /// - Returns: false if the queue is closed; the element was not added.
    package func push(_ element: Element, weight: Int = 1) -> Bool {
        let offer = state.wait { state -> Offer? in
            let offer = Self.add(element, weight, to: &state, weightMax: weightMax)
            return offer == .full ? nil : offer
        }
        state.notifyAll()
        return offer == .accepted
    }

    /// Adds an element if there is room now.
    package func tryPush(_ element: Element, weight: Int = 1) -> Offer {
        let offer = state.withLock { Self.add(element, weight, to: &$0, weightMax: weightMax) }
        state.notifyAll()
        return offer
    }

    /// Takes everything that waits, in order, waiting for a first element.
    ///
    /// - Returns: nil once the queue is closed and empty.
    package func popAll() -> [Element]? {
        let taken = state.wait { state -> [Element]?? in
            guard !state.elements.isEmpty else { return state.isClosed ? .some(nil) : nil }
            let taken = state.elements.map(\.element)
            state.elements.removeAll(keepingCapacity: true)
            state.weight = 0
            return taken
        }
        state.notifyAll()
        return taken ?? nil
    }

    /// Takes up to `countMax` of what waits, in order, without waiting for more.
    package func takeWaiting(atMost countMax: Int) -> [Element] {
        let taken = state.withLock { state -> [Element] in
            let count = min(countMax, state.elements.count)
            let taken = state.elements[..<count]
            state.elements.removeFirst(count)
            state.weight -= taken.reduce(0) { $0 + $1.weight }
            return taken.map(\.element)
        }
        state.notifyAll()
        return taken
    }

    /// Accepts no more elements; what waits can still be taken.
    package func close() {
        state.withLock { $0.isClosed = true }
        state.notifyAll()
    }

    private static func add(
        _ element: Element, _ weight: Int, to state: inout State, weightMax: Int
    ) -> Offer {
        if state.isClosed { return .closed }
        guard state.elements.isEmpty || state.weight + weight <= weightMax else { return .full }
        state.elements.append((element, weight))
        state.weight += weight
        return .accepted
    }
}
