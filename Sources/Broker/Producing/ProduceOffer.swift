/// Whether the broker has taken a batch.
package enum ProduceOffer: Sendable, Equatable {
    /// The answer was called, or will be.
    case taken
    /// Too much waits to be written: nothing has happened, the answer will not be called; ask again
    /// in a moment.
    case busy
}
