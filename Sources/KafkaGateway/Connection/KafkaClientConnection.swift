import NIOCore

/// What handlers know of a connection.
final class KafkaClientConnection: Sendable {
    /// The client's address, for groups and the log.
    let address: String
    /// The host that the client has connected to; nil if the system does not say.
    let localHost: String?
    let localPort: Int?
    /// For time-outs of this connection's requests.
    let eventLoop: any EventLoop
    /// Ends what waits on behalf of the client when it has gone.
    private let closing = StopNotice()

    /// What its requests hold, from their bytes' coming until they are answered.
    let requests: MemoryAccount
    /// What its answers hold until they are written.
    let answers: MemoryAccount

    init(channel: any Channel, requests: MemoryBudget, answers: MemoryBudget) {
        self.requests = MemoryAccount(requests)
        self.answers = MemoryAccount(answers)
        address = channel.remoteAddress?.ipAddress ?? "unknown"
        localHost = channel.localAddress?.ipAddress
        localPort = channel.localAddress?.port
        eventLoop = channel.eventLoop
        channel.closeFuture.whenComplete { [closing] _ in closing.stop() }
    }

    /// Has `wake` called when the connection is closed.
    func onClose(_ wake: @escaping @Sendable () -> Void) -> Int { closing.register(wake) }

    func cancel(_ number: Int) { closing.cancel(number) }
}
