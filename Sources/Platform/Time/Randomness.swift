import Synchronization

/// A source of random numbers that threads may share.
package protocol Randomness: Sendable {
    /// 64 random bits.
    func next() -> UInt64
}

/// The machine's randomness, getrandom(2): fit for identities and secrets.
package struct SystemRandomness: Randomness {
    package init() {}
    package func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

/// Repeatable randomness.
package final class SeededRandomness: Randomness {
    /// Guards the generator; no lock is taken inside.
    private let generator: Mutex<SeededGenerator>

    package init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    package func next() -> UInt64 { generator.withLock { $0.next() } }
}
