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
    /// Some of what was answered is written.
    private let flushed: Wakeup

    init(
        channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, client: KafkaClientConnection,
        service: KafkaService
    ) {
        self.channel = channel
        self.client = client
        self.service = service
        flushed = Wakeup()
        client.answers.onGive { [flushed] in flushed.wake() }
        _ = client.onClose { [flushed] in flushed.wake() }
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
        let byteCount = frame.readableBytes + FrameDecoder.prefixByteCount
        switch service.begin(frame, client) {
        case .parallel(let start):
            return await answers.push(await start(), requestByteCount: byteCount)
        case .work(let work):
            await answers.waitUntilWritten()
            await waitUntilRead()
            return await answers.push(Answer(await work()), requestByteCount: byteCount)
        case .refuse(let reason):
            service.metrics.connectionRefused(.badRequest)
            service.logger.info(
                "connection closed: bad request",
                metadata: ["client": "\(client.address)", "reason": "\(reason)"])
            return false
        }
    }

    /// While the memory for answers is exhausted, who does not read its answers gets no more.
    private func waitUntilRead() async {
        while client.answers.budget.room <= 0,
            client.answers.held > KafkaLimits.unbudgetedByteCount, channel.channel.isActive,
            !Task.isCancelled
        {
            await flushed.wait()
        }
    }

    private func write(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        while let (answer, requestByteCount) = await answers.next() {
            let content = await answer.content()
            client.requests.give(requestByteCount)
            switch content {
            case .frame(let pieces):
                let count = pieces.reduce(0) { $0 + $1.readableBytes }
                client.answers.hold(answerOf: count)
                // Answers other than to fetches ask for no room before they are made.
                guard
                    client.answers.budget.room > -client.answers.budget.limit
                        || count <= KafkaLimits.unbudgetedByteCount
                else {
                    service.noteRefusal(.outOfMemory, of: client)
                    channel.channel.close(promise: nil)
                    return
                }
                try await outbound.write(contentsOf: pieces)
                service.metrics.answerSent(byteCount: count)
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
