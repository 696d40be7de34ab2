import Synchronization

/// Where a server is in its life, for those who ask on other threads.
final class ServerPhase: Sendable {
    enum Phase: UInt8, Sendable {
        case starting
        case serving
        case stopping
    }

    private let number = Atomic<UInt8>(Phase.starting.rawValue)

    var current: Phase { Phase(rawValue: number.load(ordering: .acquiring)) ?? .stopping }

    /// Goes on to a phase.
    func enter(_ phase: Phase) { number.store(phase.rawValue, ordering: .releasing) }

    /// Why requests are not taken; nil if they are.
    var notReady: String? {
        switch current {
        case .starting: "starting"
        case .serving: nil
        case .stopping: "stopping"
        }
    }
}
