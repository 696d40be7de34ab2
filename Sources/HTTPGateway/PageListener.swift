import NIOCore
import NIOHTTP1
package import NIOPosix

/// Serves metrics and health over HTTP/1.1.
package final class PageListener: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) { self.channel = channel }

    /// The port that is listened on.
    package var port: Int? { channel.localAddress?.port }

    /// Listens, and serves from then on.
    ///
    /// - Throws: if the address is not one of this machine, or taken.
    package static func bind(
        host: String, port: Int, pages: Pages, group: MultiThreadedEventLoopGroup
    ) async throws -> PageListener {
        let count = ConnectionCount(limit: HTTPLimits.connectionCountMax)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: HTTPLimits.acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: HTTPLimits.readByteCount)
            )
            .childChannelInitializer { channel in
                guard count.enter() else { return channel.close() }
                channel.closeFuture.whenComplete { _ in count.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    try addHandlers(to: channel, pages)
                }
            }
            .bind(host: host, port: port).get()
        return PageListener(channel: channel)
    }

    /// What a connection's bytes go through.
    static func addHandlers(to channel: any Channel, _ pages: Pages) throws {
        let operations = channel.pipeline.syncOperations
        let meter = RequestMeter()
        try operations.addHandler(meter)
        try operations.configureHTTPServerPipeline(withErrorHandling: true)
        try operations.addHandler(PageHandler(pages: pages, meter: meter))
    }

    /// Accepts no more connections.
    package func stop() async { try? await channel.close().get() }
}
