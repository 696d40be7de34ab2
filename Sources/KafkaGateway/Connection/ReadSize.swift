import NIOCore
import Synchronization

/// How many bytes the next read of a connection's socket takes: what its ``RequestGate`` wants, as
/// far as the memory for requests has room at the moment of the read.
///
/// Buffers are not kept between reads: idle connections hold none.
struct ReadSize: RecvByteBufferAllocator {
    /// What the gate says; written and read on the connection's event loop.
    final class Bounds: Sendable {
        /// Bytes that are good to read.
        let wanted = Atomic<Int>(KafkaLimits.readByteCountInitial)
        /// Bytes that are read whatever room there is.
        let assured = Atomic<Int>(KafkaLimits.unbudgetedByteCount)
        /// Whether the gate would read as soon as it may.
        let isHeld = Atomic<Bool>(false)
    }

    private let bounds: Bounds
    private let budget: MemoryBudget
    /// Follows what reads have found while no request has begun.
    private var adaptive = KafkaLimits.readByteCountInitial

    init(_ bounds: Bounds, _ budget: MemoryBudget) {
        self.bounds = bounds
        self.budget = budget
    }

    /// Bytes of the next read.
    var next: Int {
        let wanted = max(adaptive, bounds.wanted.load(ordering: .relaxed))
        let allowed = max(budget.room, bounds.assured.load(ordering: .relaxed))
        return max(KafkaLimits.readByteCountMin, min(wanted, allowed))
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: next) }

    /// No hint, so that the channel keeps no pool.
    func nextBufferSize() -> Int? { nil }

    /// Always true: with false the channel would read into the buffer that it has.
    mutating func record(actualReadBytes: Int) -> Bool {
        if actualReadBytes >= adaptive {
            adaptive = min(adaptive * 4, KafkaLimits.readByteCountAdaptiveMax)
        } else if actualReadBytes < adaptive / 4 {
            adaptive = max(adaptive / 2, KafkaLimits.readByteCountInitial)
        }
        return true
    }
}
