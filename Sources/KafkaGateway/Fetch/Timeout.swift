import Synchronization

/// Whether a time is over.
final class Timeout: Sendable {
    private let flag = Atomic<Bool>(false)

    var isExpired: Bool { flag.load(ordering: .acquiring) }

    func expire() { flag.store(true, ordering: .releasing) }
}
