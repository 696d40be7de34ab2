import Bytes

/// The sizes of the chunks in which output of unknown length grows.
///
/// What an input states about its output is believed only up to 16 times its own size; beyond, the
/// output has to come true chunk by chunk, so that a few bytes cannot have much memory touched.
struct GrowingOutput {
    private let limit: Int
    private var produced = 0
    /// Bytes to offer next: one more than the limit leaves at most, so that exceeding it shows.
    private(set) var chunk: Int

    init(compressedByteCount: Int, stated: Int?, limit: Int) {
        self.limit = limit
        let guess = stated ?? 4 * compressedByteCount
        chunk = max(1, min(guess, limit + 1, max(64 << 10, 16 * compressedByteCount)))
    }

    /// Takes note of what came; the next chunk is larger if this one was filled.
    ///
    /// Not otherwise: many frames without content would make it as large as the limit.
    mutating func note(_ count: Int) throws(BatchError) {
        produced += count
        if produced > limit { throw .decompressedTooLarge(limit: limit) }
        let next = count == chunk ? max(chunk, 64 << 10) * 2 : chunk
        chunk = min(next, limit - produced + 1)
    }
}
