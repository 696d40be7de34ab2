import NIOCore

/// Gives the memory of answers back when the system has taken their bytes, and closes a connection
/// whose client does not read them.
final class AnswerGate: ChannelOutboundHandler, ChannelInboundHandler {
    typealias InboundIn = Never
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let account: MemoryAccount
    /// Looks in a row without movement after which a client is given up though nobody waits.
    private let idleLookCountMax: Int
    private let refuse: (KafkaMetrics.Refusal) -> Void
    /// Bytes that are given to the channel and not written.
    private var pending = 0
    private var written = 0
    private var writtenBefore = 0
    private var quietLooks = 0
    private var patrol: Scheduled<Void>?

    /// `refuse` is told why the gate closes the connection.
    init(
        _ account: MemoryAccount, idleTime: Duration,
        refuse: @escaping (KafkaMetrics.Refusal) -> Void
    ) {
        self.account = account
        let milliseconds = idleTime / .milliseconds(1)
        idleLookCountMax = max(1, Int(milliseconds / Double(KafkaLimits.patrolMilliseconds)))
        self.refuse = refuse
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var rest = unwrapOutboundIn(data)
        let count = rest.readableBytes
        pending += count
        // In parts, so that movement can be seen; the memory is free when the last is written.
        while rest.readableBytes > KafkaLimits.writePartByteCount,
            let part = rest.readSlice(length: KafkaLimits.writePartByteCount)
        {
            write(part, context, promise: nil, given: 0)
        }
        write(rest, context, promise: promise, given: count)
    }

    private func write(
        _ part: ByteBuffer, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?,
        given: Int
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        let count = part.readableBytes
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            pending -= count
            written += count
            if given > 0 { account.give(given) }
        }
        context.write(wrapOutboundOut(part), promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard pending > 0, patrol == nil else { return }
        writtenBefore = written
        quietLooks = 0
        schedulePatrol(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        patrol?.cancel()
        context.fireChannelInactive()
    }

    private func schedulePatrol(_ context: ChannelHandlerContext) {
        let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        patrol = context.eventLoop.scheduleTask(
            in: .milliseconds(KafkaLimits.patrolMilliseconds)
        ) { gate.value.0.look(gate.value.1) }
    }

    private func look(_ context: ChannelHandlerContext) {
        patrol = nil
        guard pending > 0, context.channel.isActive else { return }
        quietLooks = written == writtenBefore ? quietLooks + 1 : 0
        writtenBefore = written
        let limit =
            account.budget.isScarce
            ? min(idleLookCountMax, KafkaLimits.unreadLookCountMax) : idleLookCountMax
        guard quietLooks < limit else {
            refuse(.unreadAnswers)
            return context.close(promise: nil)
        }
        schedulePatrol(context)
    }
}
