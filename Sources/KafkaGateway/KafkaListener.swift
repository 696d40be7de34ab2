import Logging
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Listens on one address and serves the connections that come.
package final class KafkaListener: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

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
        let settings = service.settings
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: KafkaLimits.acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1_024, initial: 16 << 10, maximum: KafkaLimits.readByteCountMax)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: KafkaLimits.writeHighWatermark / 2, high: KafkaLimits.writeHighWatermark)
            )
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.connection(on: channel, settings)
                }
            }
        return KafkaListener(service: service, channel: channel)
    }

    private static func connection(
        on channel: any Channel, _ settings: KafkaSettings
    ) throws -> Connection {
        let idle = TimeAmount.nanoseconds(settings.idleTime.wholeNanoseconds)
        try channel.pipeline.syncOperations.addHandlers(
            IdleStateHandler(allTimeout: idle), IdleCloser(),
            FrameDecoder(requestByteCountMax: settings.requestByteCountMax))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(
                    lowWatermark: 1, highWatermark: KafkaLimits.readAheadCountMax),
                isOutboundHalfClosureEnabled: false))
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
        let channel = connection.channel
        let isWelcome = open.withLock { open in
            guard open.count < service.settings.connectionCountMax else { return false }
            open[ObjectIdentifier(channel)] = channel
            return true
        }
        group.addTask { [self] in
            if isWelcome {
                await KafkaConnection(channel: connection, service: service).run()
                open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
            } else {
                service.metrics.connectionRefused(.tooMany)
                try? await connection.executeThenClose { _, _ in }
            }
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
