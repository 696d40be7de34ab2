import Broker
import CommitLog
import KafkaWire
import Logging
import NIOCore
import NIOPosix
import Platform
import SystemPackage

@testable import KafkaGateway

/// A real listener on a port of this machine, before a broker on a simulated disk.
struct Door {
    typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    let broker: Broker
    let service: KafkaService
    let listener: KafkaListener
    let group: MultiThreadedEventLoopGroup

    static func open(
        _ settings: KafkaSettings = KafkaSettings(), eventLoopCount: Int = 1,
        _ body: (Door) async throws -> Void
    ) async throws {
        var options = LogOptions()
        options.commitFileByteCount = 512 << 10
        options.sealsInBackground = false
        let broker = try Broker.open(
            directory: "/data", fileSystem: SimulatedFileSystem(), options: options)
        let workers = NIOThreadPool(numberOfThreads: 1)
        workers.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopCount)
        let service = try KafkaService(
            broker: broker, settings: settings, workers: workers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let listener = try await KafkaListener.bind(
            host: "127.0.0.1", port: 0, service: service, group: group)
        let door = Door(broker: broker, service: service, listener: listener, group: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await listener.run() }
            defer { listener.stop() }
            try await body(door)
        }
        try await workers.shutdownGracefully()
        try await group.shutdownGracefully()
        try broker.close()
    }

    /// Connects; what comes in are frames without their lengths.
    ///
    /// `receiveByteCount` is what the client's socket takes that is not read; nil for what is usual.
    func connect<Result: Sendable>(
        receiveByteCount: Int? = nil, _ body: (inout Inbound, Outbound) async throws -> Result
    ) async throws -> Result {
        var bootstrap = ClientBootstrap(group: group)
        if let receiveByteCount {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf), value: receiveByteCount)
        }
        let client =
            try await bootstrap
            .connect(host: "127.0.0.1", port: listener.port ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        FrameDecoder(requestByteCountMax: 100 << 20))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2),
                            isOutboundHalfClosureEnabled: true))
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await body(&iterator, outbound)
        }
    }

    /// A request as bytes, length first.
    static func request<Request: KafkaRequest>(
        _ request: Request, version: Int16, _ number: Int32 = 0
    ) throws -> ByteBuffer {
        try RequestFrame.encode(request, version: version, correlationID: number, clientID: "me")
            .reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }

    /// Whether a request on a connection of its own is answered.
    func servesOthers() async throws -> Bool {
        try await connect { inbound, outbound in
            try await outbound.write(Self.request(ApiVersionsRequest(), version: 0, 5))
            let answer = try await inbound.next(isolation: #isolation)
            return answer.flatMap { ResponseFrame.correlationID(of: $0) } == 5
        }
    }

    /// Whether the server closes a connection on which this was sent, without an answer.
    func closes(_ bytes: ByteBuffer) async throws -> Bool {
        try await connect { inbound, outbound in
            try await outbound.write(bytes)
            // Closing with bytes unread may come as a reset.
            do { return try await inbound.next(isolation: #isolation) == nil } catch is NIOCore
                .IOError
            {
                return true
            }
        }
    }
}
