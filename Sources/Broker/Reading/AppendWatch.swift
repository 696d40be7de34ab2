package import CommitLog
import Synchronization

/// Tells readers that wait at the end of partitions that these have grown.
///
/// The log's writer calls it once a group; without waiters that is one load.
package final class AppendWatch: AppendObserver {
    /// Who waits: a number that ``cancel(_:)`` takes back.
    package struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
        fileprivate let partitions: [PartitionID]
    }

    private struct Waiting {
        var next: UInt64 = 0
        var wakers: [PartitionID: [UInt64: @Sendable () -> Void]] = [:]
    }
    /// Guards the wakers; no lock is taken inside, and they are called outside of it.
    private let waiting = Mutex(Waiting())
    /// Tickets that are out.
    private let count = Atomic<Int>(0)

    init() {}

    /// Has `wake` called, on the log's writer thread, after each group that adds records to one of
    /// the partitions, until the ticket is given back.
    ///
    /// Register first and look then: an append in between is not missed.
    package func register(
        _ partitions: [PartitionID], wake: @escaping @Sendable () -> Void
    ) -> Ticket {
        count.add(1, ordering: .sequentiallyConsistent)
        return waiting.withLock { waiting in
            let ticket = Ticket(number: waiting.next, partitions: partitions)
            waiting.next += 1
            for partition in partitions {
                waiting.wakers[partition, default: [:]][ticket.number] = wake
            }
            return ticket
        }
    }

    /// Ends the calls for a ticket; one that has begun on the writer's thread may still come.
    package func cancel(_ ticket: Ticket) {
        count.subtract(1, ordering: .sequentiallyConsistent)
        waiting.withLock { waiting in
            for partition in ticket.partitions {
                waiting.wakers[partition]?[ticket.number] = nil
                if waiting.wakers[partition]?.isEmpty == true { waiting.wakers[partition] = nil }
            }
        }
    }

    package func partitionsGrew(_ partitions: [PartitionID]) {
        guard count.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let wakers = waiting.withLock { waiting in
            partitions.flatMap { waiting.wakers[$0].map { Array($0.values) } ?? [] }
        }
        for wake in wakers { wake() }
    }
}
