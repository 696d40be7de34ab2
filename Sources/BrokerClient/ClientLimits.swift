/// Limits of a client.
enum ClientLimits {
    /// Time that a reader without records lets the server wait for some.
    static let waitMilliseconds: Int32 = 500
    /// Bytes of one answer.
    static let answerByteCountMax = 256 << 20
    /// Bytes of a commit, whose frame the server's own limit must hold (100 MiB).
    static let commitByteCountMax = 96 << 20
    /// Parts in which a pipeline's state is told.
    static let progressPartCountMax = 1 << 20
}
