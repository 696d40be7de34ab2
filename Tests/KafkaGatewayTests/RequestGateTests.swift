import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaGateway

@Suite("Requests and the memory for them")
struct RequestGateTests {
    /// The socket's side of a connection: counts the reads that come down to it.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = Never
        var count = 0

        func read(context: ChannelHandlerContext) { count += 1 }
    }

    /// A connection whose socket the test is.
    private final class Connection {
        let channel = EmbeddedChannel()
        let reads = Reads()
        let account: MemoryAccount
        let bounds = ReadSize.Bounds()
        let size: ReadSize
        private(set) var refusals: [KafkaMetrics.Refusal] = []

        init(_ budget: MemoryBudget) throws {
            account = MemoryAccount(budget)
            size = ReadSize(bounds, budget)
            let decoder = FrameDecoder(requestByteCountMax: 1 << 20)
            let gate = RequestGate(
                account, decoder: decoder, bounds: bounds, overdraft: 1 << 20,
                refuse: { [unowned self] in refusals.append($0) }, delayed: {})
            try channel.pipeline.syncOperations.addHandlers(reads, gate, decoder)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// Whether the socket is read when the channel wants to.
        func isRead() -> Bool {
            let before = reads.count
            channel.read()
            channel.embeddedEventLoop.run()
            return reads.count > before
        }

        /// Bytes come, the first ones of a request if a length is given.
        func receive(_ count: Int, length: Int32? = nil) throws {
            var buffer = ByteBuffer()
            if let length { buffer.writeInteger(length) }
            buffer.writeRepeatingByte(1, count: count - buffer.readableBytes)
            try channel.writeInbound(buffer)
        }

        func passSeconds(_ count: Int64) {
            channel.embeddedEventLoop.advanceTime(by: .seconds(count))
        }

        var isOpen: Bool { channel.isActive }
    }

    @Test("Bytes are taken when they come, not when a length says so, and held until given back")
    func taking() throws {
        let budget = MemoryBudget(limit: 100_000)
        let connection = try Connection(budget)
        try connection.receive(10, length: 1 << 20)
        #expect(budget.used == 10)
        try connection.receive(20_000)
        #expect(budget.used == 20_010)
        _ = try connection.channel.finish()
        connection.account.close()
        #expect(budget.used == 0)
    }

    @Test("Without room, who holds little is read, and one of those who hold much")
    func favour() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        let small = try Connection(budget)
        try first.receive(10_000, length: 20_000)
        try second.receive(10_000, length: 20_000)
        try small.receive(100, length: 200)
        #expect(first.isRead())
        #expect(!second.isRead())
        #expect(small.isRead())
        #expect(small.size.next == KafkaLimits.unbudgetedByteCount - 100)
        // The favourite is read to the end of its request.
        #expect(first.size.next == 10_004)
        try first.receive(10_004)
        #expect(try first.channel.readInbound(as: ByteBuffer.self)?.readableBytes == 20_000)
        // It holds its bytes until it is answered; the other is not read meanwhile.
        #expect(!first.isRead())
        second.channel.embeddedEventLoop.run()
        #expect(second.reads.count == 0)
        first.account.give(20_004)
        first.channel.embeddedEventLoop.run()
        second.channel.embeddedEventLoop.run()
        #expect(first.reads.count == 2)
        #expect(second.reads.count == 1)
        try second.receive(10_004)
        second.account.give(20_004)
        #expect(budget.used == 100)
        #expect(first.isRead() && second.isRead())
    }

    @Test("Those who wait are read when there is room again")
    func waking() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        try first.receive(15_000, length: 15_000 - 4)
        try second.receive(10_000, length: 10_000 - 4)
        #expect(!second.isRead())
        #expect(!second.isRead())
        first.account.give(15_000)
        second.channel.embeddedEventLoop.run()
        #expect(second.reads.count == 1)
    }

    @Test("Who holds memory and sends nothing is closed if memory is scarce, and only then")
    func stalled() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        try first.receive(10_000, length: 1 << 20)
        #expect(first.isRead())
        // Half of the memory is left.
        first.passSeconds(1_000)
        #expect(first.isOpen)
        try second.receive(10_001, length: 1 << 20)
        #expect(second.isRead())
        second.passSeconds(3)
        first.passSeconds(6)
        second.passSeconds(6)
        #expect(first.refusals == [.slowRequest])
        #expect(second.refusals == [.slowRequest])
        #expect(!first.isOpen && !second.isOpen)
    }

    @Test("Who is not read is not closed as long as it has something to send")
    func probes() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        try first.receive(10_000, length: 1 << 20)
        try second.receive(10_001, length: 1 << 20)
        #expect(first.isRead())
        #expect(!second.isRead())
        for _ in 0..<10 {
            // The favourite sends as fast as it has to.
            try first.receive(KafkaLimits.favouredByteCountMin / 2)
            first.passSeconds(1)
            try first.receive(KafkaLimits.favouredByteCountMin / 2)
            let reads = second.reads.count
            second.passSeconds(1)
            // A few bytes only.
            #expect(second.reads.count == reads + 1)
            #expect(second.size.next == KafkaLimits.readByteCountMin)
            try second.receive(KafkaLimits.readByteCountMin)
            #expect(!second.isRead())
        }
        #expect(second.isOpen)
        // But not for ever.
        for _ in 0..<60 where second.isOpen {
            second.passSeconds(1)
            if second.isOpen { try second.receive(1) }
        }
        #expect(second.refusals == [.slowRequest])
    }

    @Test("A favourite that sends slower than it has to is closed, and the next is favoured")
    func slowFavourite() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        try first.receive(10_000, length: 1 << 20)
        try second.receive(10_001, length: 1 << 20)
        #expect(first.isRead())
        #expect(!second.isRead())
        for _ in 0..<KafkaLimits.quietLookCountMax {
            #expect(first.isOpen)
            try first.receive(KafkaLimits.favouredByteCountMin / 2)
            first.passSeconds(1)
        }
        #expect(first.refusals == [.slowRequest])
        first.account.close()
        let reads = second.reads.count
        second.channel.embeddedEventLoop.run()
        #expect(second.reads.count == reads + 1)
        #expect(budget.room > 0)
    }

    @Test("What comes although nothing is read closes the connection before memory overflows")
    func overflow() throws {
        let budget = MemoryBudget(limit: 20_000)
        let (first, second) = (try Connection(budget), try Connection(budget))
        first.account.take(20_000 + (1 << 20))
        try second.receive(100, length: 1 << 20)
        #expect(second.isOpen)
        try second.receive(5_000)
        #expect(second.refusals == [.outOfMemory])
        #expect(!second.isOpen)
    }
}
