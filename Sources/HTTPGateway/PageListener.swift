import NIOCore
import NIOHTTP1
package import NIOPosix

/// Serves metrics and health over HTTP/1.1.
package final class PageListener: Sendable {
    /// Time after which a connection on which nothing moves is closed.
    private static let idleTime = TimeAmount.seconds(30)
    /// Connections that the system keeps until they are accepted.
    private static let acceptBacklog: Int32 = 64

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
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let operations = channel.pipeline.syncOperations
                    try operations.addHandler(IdleStateHandler(allTimeout: idleTime))
                    try operations.configureHTTPServerPipeline(withErrorHandling: true)
                    try operations.addHandler(PageHandler(pages: pages))
                }
            }
            .bind(host: host, port: port).get()
        return PageListener(channel: channel)
    }

    /// Accepts no more connections.
    package func stop() async { try? await channel.close().get() }
}
