import Logging
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Listens on one address and serves the connections that come.
package final class KafkaListener: Sendable {
    /// A client's connection, before anything is read of it.
    struct Connection: Sendable {
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        let client: KafkaClientConnection
    }

    private let service: KafkaService
    private let channel: NIOAsyncChannel<Connection, Never>
    /// Open connections, to be told when the server stops.
    ///
    /// Guards only itself; no lock is taken inside.
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    private init(service: KafkaService, channel: NIOAsyncChannel<Connection, Never>) {
        self.service = service
        self.channel = channel
    }

    /// The port that is listened on.
    package var port: Int? { channel.channel.localAddress?.port }

    /// Listens.
    ///
    /// - Throws: if the address is not one of this machine, or taken.
    package static func bind(
        host: String, port: Int, service: KafkaService, group: MultiThreadedEventLoopGroup
    ) async throws -> KafkaListener {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: KafkaLimits.acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // With more, the channel would keep read buffers.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: KafkaLimits.writeHighWatermark / 2, high: KafkaLimits.writeHighWatermark)
            )
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.connection(on: channel, service)
                }
            }
        return KafkaListener(service: service, channel: channel)
    }

    private static func connection(
        on channel: any Channel, _ service: KafkaService
    ) throws -> Connection {
        let settings = service.settings
        let client = KafkaClientConnection(
            channel: channel, requests: service.requestMemory, answers: service.answerMemory)
        let requestByteCountMax = min(
            settings.requestByteCountMax, settings.queuedRequestByteCountMax)
        let decoder = FrameDecoder(requestByteCountMax: requestByteCountMax)
        let bounds = ReadSize.Bounds()
        try channel.syncOptions?.setOption(
            .recvAllocator, value: ReadSize(bounds, service.requestMemory))
        let refuse = { service.noteRefusal($0, of: client) }
        try channel.pipeline.syncOperations.addHandlers(
            IdleStateHandler(allTimeout: .nanoseconds(settings.idleTime.wholeNanoseconds)),
            IdleCloser(),
            RequestGate(
                client.requests, decoder: decoder, bounds: bounds, overdraft: requestByteCountMax,
                refuse: refuse, delayed: { service.metrics.readDelayed() }),
            decoder,
            AnswerGate(client.answers, idleTime: settings.idleTime, refuse: refuse))
        let asynchronous = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(
                    lowWatermark: 1, highWatermark: KafkaLimits.readAheadCountMax),
                isOutboundHalfClosureEnabled: false))
        return Connection(channel: asynchronous, client: client)
    }

    /// Serves until ``stop()``; on return every connection is closed.
    package func run() async {
        await withDiscardingTaskGroup { group in
            do {
                try await channel.executeThenClose { inbound in
                    for try await connection in inbound {
                        serve(connection, in: &group)
                    }
                }
            } catch {
                // What closing the listener does to its accepting is no news; anything else is.
                if !(error is CancellationError) {
                    service.logger.error(
                        "the listener has ended", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    private func serve(_ connection: Connection, in group: inout DiscardingTaskGroup) {
        let channel = connection.channel.channel
        let isWelcome = open.withLock { open in
            guard open.count < service.settings.connectionCountMax else { return false }
            open[ObjectIdentifier(channel)] = channel
            return true
        }
        group.addTask(executorPreference: LoopExecutor(channel.eventLoop)) { [self] in
            if isWelcome {
                await KafkaConnection(
                    channel: connection.channel, client: connection.client, service: service
                ).run()
                open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
            } else {
                service.metrics.connectionRefused(.tooMany)
                try? await connection.channel.executeThenClose { _, _ in }
            }
            connection.client.requests.close()
            connection.client.answers.close()
        }
    }

    /// Accepts no more connections and no more requests; those that have begun are answered.
    package func stop() {
        channel.channel.close(promise: nil)
        service.stop()
        for channel in open.withLock({ Array($0.values) }) {
            // The connection's task is told that no more comes. Closing the socket's input instead is
            // seen as the client's end, and closes the connection before its answer is written.
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    /// Closes what ``stop()`` has left open.
    package func abort() {
        for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
