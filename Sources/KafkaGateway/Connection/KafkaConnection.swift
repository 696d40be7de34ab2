import Logging
import NIOCore

/// One client's connection: takes its requests in order and answers them in order.
///
/// A request begins when all before it are answered, as in Kafka; only produce requests begin
/// while others of their kind still wait for the disk, so that one fsync serves many. Three tasks
/// at most belong to it, all of which end with ``run()``.
struct KafkaConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let service: KafkaService
    private let client: KafkaClientConnection
    private let answers = AnswerQueue(countMax: KafkaLimits.pendingAnswerCountMax)

    init(channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, service: KafkaService) {
        self.channel = channel
        self.service = service
        client = KafkaClientConnection(channel: channel.channel)
    }

    /// Serves the connection until it is closed by either side or the server stops.
    func run() async {
        service.metrics.connectionOpened()
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await serve(inbound, outbound)
            }
            service.metrics.connectionClosed()
        } catch {
            service.metrics.connectionClosed()
            note(error)
        }
    }

    private func serve(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { answers.abandon() }
                try await write(outbound)
            }
            defer { answers.finish() }
            for try await frame in inbound {
                guard await take(frame) else { break }
            }
            answers.finish()
            try await group.waitForAll()
        }
    }

    /// Begins a request; false if the connection takes no more.
    private func take(_ frame: ByteBuffer) async -> Bool {
        service.metrics.requestReceived(byteCount: frame.readableBytes)
        switch service.begin(frame, client) {
        case .parallel(let start):
            return await answers.push(await start())
        case .work(let work):
            await answers.waitUntilWritten()
            return await answers.push(Answer(await work()))
        case .refuse(let reason):
            service.metrics.connectionRefused(.badRequest)
            service.logger.info(
                "connection closed: bad request",
                metadata: ["client": "\(client.address)", "reason": "\(reason)"])
            return false
        }
    }

    private func write(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        while let answer = await answers.next() {
            switch await answer.content() {
            case .frame(let pieces):
                try await outbound.write(contentsOf: pieces)
                service.metrics.answerSent(byteCount: pieces.reduce(0) { $0 + $1.readableBytes })
            case .nothing: break
            case .closing:
                // The task that reads waits for the client's next request, which may never come.
                channel.channel.close(promise: nil)
                return
            }
        }
    }

    private func note(_ error: any Error) {
        if error is IdleCloser.Idle { service.metrics.connectionRefused(.idle) }
        if error is FrameDecoder.InvalidLength { service.metrics.connectionRefused(.badRequest) }
        // A client that goes without saying so is no news.
        if error is IOError || error is ChannelError || error is CancellationError { return }
        service.logger.info(
            "connection closed",
            metadata: ["client": "\(client.address)", "reason": "\(error)"])
    }
}
