import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaGateway

@Suite("Answers and the memory for them")
struct AnswerGateTests {
    /// The socket's side of a connection: takes what the client reads.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        var parts: [(count: Int, promise: EventLoopPromise<Void>?)] = []

        func write(
            context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
        ) {
            parts.append((unwrapOutboundIn(data).readableBytes, promise))
        }

        func takeFirst() { parts.removeFirst().promise?.succeed() }
    }

    private let channel = EmbeddedChannel()
    private let socket = Socket()
    private let budget = MemoryBudget(limit: 1 << 20)
    private let account: MemoryAccount

    private final class Refusals {
        var all: [KafkaMetrics.Refusal] = []
    }
    private let refusals = Refusals()

    init() throws {
        account = MemoryAccount(budget)
        try channel.pipeline.syncOperations.addHandlers(
            socket,
            AnswerGate(account, idleTime: .seconds(100)) { [refusals] in refusals.all.append($0) })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func answer(_ count: Int) {
        account.hold(answerOf: count)
        channel.writeAndFlush(ByteBuffer(repeating: 1, count: count), promise: nil)
    }

    @Test("An answer goes in parts, and its memory is given back with the last")
    func parts() {
        answer(KafkaLimits.writePartByteCount * 2 + 1)
        #expect(socket.parts.map(\.count) == [256 << 10, 256 << 10, 1])
        socket.takeFirst()
        socket.takeFirst()
        #expect(budget.used == (512 << 10) + 1)
        socket.takeFirst()
        #expect(budget.used == 0)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1_000))
        #expect(channel.isActive)
    }

    @Test("Who reads nothing is closed after the idle time, or sooner if others wait")
    func unread() {
        answer(1_000)
        channel.embeddedEventLoop.advanceTime(by: .seconds(99))
        #expect(channel.isActive)
        socket.takeFirst()
        answer(1 << 20)
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        // Something moves.
        socket.takeFirst()
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!channel.isActive)
        #expect(refusals.all == [.unreadAnswers])
    }

    @Test("If nobody waits, it is the idle time")
    func idle() {
        answer(1_000)
        channel.embeddedEventLoop.advanceTime(by: .seconds(101))
        #expect(!channel.isActive)
        #expect(refusals.all == [.unreadAnswers])
    }
}
