import Broker
import KafkaWire
import NIOCore
import NIOPosix
import Testing

@testable import BrokerClient

/// Answers whatever comes with the same bytes, then ends the connection.
private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if bytes == BadServerTests.silence { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

@Suite("Servers that are none of ours", .timeLimit(.minutes(1)))
struct BadServerTests {
    /// Stands for no answer, and no end of the connection.
    fileprivate static let silence: [UInt8] = [0x5A]

    /// What a client says that connects to a server with this answer.
    private func words(
        _ answer: [UInt8], timeout: Duration = BrokerClient.timeoutDefault
    ) async throws -> String {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        let address = try #require(ServerAddress("127.0.0.1:\(port)"))
        let caller = NIOThreadPool(numberOfThreads: 1)
        caller.start()
        let words = try await caller.runIfActive { () -> String in
            do { _ = try BrokerClient(address, timeout: timeout) } catch { return "\(error)" }
            return "nothing was wrong"
        }
        try await caller.shutdownGracefully()
        try await server.close()
        try await group.shutdownGracefully()
        #expect(words.contains("127.0.0.1:\(port)"))
        return words
    }

    @Test("A server that says nothing is waited for as long as the caller says")
    func silent() async throws {
        let words = try await words(Self.silence, timeout: .milliseconds(50))
        #expect(words.contains("no answer in time"), "\(words)")
    }

    @Test("A connection that ends without an answer is named")
    func closed() async throws {
        #expect(try await words([]).contains("closed the connection"))
        #expect(try await words([0, 0, 0, 99, 1]).contains("closed the connection"))
    }

    @Test(
        "A length beyond reason takes no memory",
        arguments: [[0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 3]] as [[UInt8]])
    func lengths(head: [UInt8]) async throws {
        #expect(try await words(head).contains("beyond reason"))
    }

    @Test("An answer to something else, and one that cannot be read, are refused")
    func garbage() async throws {
        #expect(try await words([0, 0, 0, 4, 0, 0, 0, 9]).contains("another request"))
        #expect(
            try await words([0, 0, 0, 6, 0, 0, 0, 1, 0, 0]).contains("cannot be read"))
        #expect(try await words(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)).contains("beyond"))
    }

    @Test("A broker of Kafka is told from a server of Sluice")
    func kafka() async throws {
        var response = ApiVersionsResponse()
        var produce = ApiVersionsResponse.API()
        (produce.apiKey, produce.minVersion, produce.maxVersion) = (0, 3, 9)
        response.apiKeys = [produce]
        let frame = try ResponseFrame.encode(
            response, to: .apiVersions, version: 0, correlationID: 1)
        let bytes = frame.flatMap { Array(buffer: $0) }
        #expect(try await words(bytes).contains("no server of Sluice"))
    }
}
