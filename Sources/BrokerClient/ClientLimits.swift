/// Limits of a client.
enum ClientLimits {
    /// Time in which a connection must be made, and in which a waiting call must move on; the server
    /// may have to compact a topic before it answers.
    static let timeout = Duration.seconds(120)
    /// Time that a reader without records lets the server wait for some.
    static let waitMilliseconds: Int32 = 500
    /// Bytes of one answer.
    static let answerByteCountMax = 256 << 20
    /// Bytes of a commit, whose frame the server's own limit must hold (100 MiB).
    static let commitByteCountMax = 96 << 20
    /// Parts in which a pipeline's state is told.
    static let progressPartCountMax = 1 << 20
}
