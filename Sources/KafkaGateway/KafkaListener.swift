import Logging
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Listens on one address and serves the connections that come.
package final class KafkaListener: Sendable {
    private let service: KafkaService
    private let channel: any Channel
    private let accepted: ConnectionQueue
    /// Connections that are served, to be told when the server stops; then there are no more.
    private struct Served {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopped = false
    }
    /// Guards only itself; no lock is taken inside.
    private let served = Mutex(Served())

    private init(service: KafkaService, channel: any Channel, accepted: ConnectionQueue) {
        self.service = service
        self.channel = channel
        self.accepted = accepted
    }

    /// The port that is listened on.
    package var port: Int? { channel.localAddress?.port }

    /// Listens.
    ///
    /// - Throws: if the address is not one of this machine, or taken.
    package static func bind(
        host: String, port: Int, service: KafkaService, group: MultiThreadedEventLoopGroup
    ) async throws -> KafkaListener {
        let accepted = ConnectionQueue()
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
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = try Self.connection(on: channel, service)
                    guard !accepted.push(connection) else { return }
                    // It came when the listener was closing already.
                    Task { await connection.refuse() }
                }
            }
            .bind(host: host, port: port).get()
        return KafkaListener(service: service, channel: channel, accepted: accepted)
    }

    private static func connection(
        on channel: any Channel, _ service: KafkaService
    ) throws -> AcceptedConnection {
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
        return AcceptedConnection(channel: asynchronous, client: client)
    }

    /// Serves until ``stop()``; on return every connection is closed.
    package func run() async {
        // However the listener comes to its end, it is the end of its connections too.
        channel.closeFuture.whenComplete { [accepted] _ in accepted.close() }
        await withDiscardingTaskGroup { group in
            while let connections = await accepted.next() {
                for connection in connections { serve(connection, in: &group) }
            }
            try? await channel.close()
        }
    }

    private func serve(_ connection: AcceptedConnection, in group: inout DiscardingTaskGroup) {
        let channel = connection.channel.channel
        let (isWelcome, isStopped) = served.withLock { served in
            let isWelcome =
                !served.isStopped
                && served.channels.count < service.settings.connectionCountMax
            if isWelcome { served.channels[ObjectIdentifier(channel)] = channel }
            return (isWelcome, served.isStopped)
        }
        group.addTask(executorPreference: LoopExecutor(channel.eventLoop)) { [self] in
            if isWelcome {
                await KafkaConnection(
                    channel: connection.channel, client: connection.client, service: service
                ).run()
                served.withLock {
                    _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel))
                }
            } else {
                if !isStopped { service.metrics.connectionRefused(.tooMany) }
                await connection.refuse()
            }
            connection.client.requests.close()
            connection.client.answers.close()
        }
    }

    /// Accepts no more connections and no more requests; those that have begun are answered.
    package func stop() {
        channel.close(promise: nil)
        accepted.close()
        service.stop()
        let channels = served.withLock { served in
            served.isStopped = true
            return Array(served.channels.values)
        }
        for channel in channels {
            // The connection's task is told that no more comes. Closing the socket's input instead is
            // seen as the client's end, and closes the connection before its answer is written.
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    /// Closes what ``stop()`` has left open.
    package func abort() {
        for channel in served.withLock({ Array($0.channels.values) }) {
            channel.close(promise: nil)
        }
    }
}
