import NIOCore
import Synchronization

/// Counts what a connection sends against the memory for requests, and does not read its socket
/// while there is no room, so that the client's window closes.
///
/// Somebody always gets on: a connection that holds little is read whatever room there is, and one
/// at a time of those whose request has begun is read to its end. Who holds memory while others wait
/// and does not send is closed. `KafkaGateway.docc` has the argument.
final class RequestGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never

    private let account: MemoryAccount
    private let decoder: FrameDecoder
    private let bounds: ReadSize.Bounds
    /// Most bytes that one request may take beyond the budget.
    private let overdraft: Int
    private let refuse: (KafkaMetrics.Refusal) -> Void
    private let delayed: () -> Void

    private var ticket: MemoryBudget.Ticket?
    /// The channel wants to read, and may not.
    private var isHeld = false {
        didSet { bounds.isHeld.store(isHeld, ordering: .sequentiallyConsistent) }
    }
    private var isClosed = false
    private var received = 0
    private var patrol: Scheduled<Void>?
    /// `received` at the last look.
    private var receivedBefore = 0
    /// Looks in a row at which too little had come while memory was scarce.
    private var quietLooks = 0
    /// Looks in a row at which others waited.
    private var contendedLooks = 0

    /// `refuse` is told why the gate closes the connection, `delayed` that it does not read.
    init(
        _ account: MemoryAccount, decoder: FrameDecoder, bounds: ReadSize.Bounds, overdraft: Int,
        refuse: @escaping (KafkaMetrics.Refusal) -> Void, delayed: @escaping () -> Void
    ) {
        self.account = account
        self.decoder = decoder
        self.bounds = bounds
        self.overdraft = overdraft
        self.refuse = refuse
        self.delayed = delayed
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        account.onGive { [bounds] in
            guard bounds.isHeld.load(ordering: .sequentiallyConsistent) else { return }
            eventLoop.execute { gate.value.0.reconsider(gate.value.1) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let chunk = unwrapInboundIn(data)
        account.take(chunk.readableBytes)
        received += chunk.readableBytes
        // What comes although nothing is read: the rest of a connection that its client has ended.
        if account.budget.room < -overdraft, account.held > KafkaLimits.unbudgetedByteCount {
            return close(context, .outOfMemory)
        }
        context.fireChannelRead(data)
        startPatrol(context)
    }

    func read(context: ChannelHandlerContext) {
        guard !isClosed, !isHeld else { return }
        if mayRead() { return context.read() }
        isHeld = true
        // What was given back before the flag was seen.
        if mayRead() { return pass(context) }
        delayed()
        wait(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    /// Whether there is room for what the connection sends next; sets how much is read.
    private func mayRead() -> Bool {
        let held = account.held
        bounds.wanted.store(
            min(decoder.missing, KafkaLimits.readByteCountMax), ordering: .relaxed)
        var assured = max(0, KafkaLimits.unbudgetedByteCount - held)
        if assured == 0, account.budget.room <= 0 {
            guard decoder.missing > 0, account.budget.favours(account) else { return false }
            assured = min(decoder.missing, KafkaLimits.readByteCountMax)
        }
        bounds.assured.store(assured, ordering: .relaxed)
        return true
    }

    private func wait(_ context: ChannelHandlerContext) {
        let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let isShort = decoder.missing <= KafkaLimits.readByteCountMax
        ticket = account.budget.register(isShort: isShort) {
            eventLoop.execute { gate.value.0.wakeUp(gate.value.1) }
        }
    }

    private func wakeUp(_ context: ChannelHandlerContext) {
        stopWaiting()
        reconsider(context)
        if isHeld, !isClosed, ticket == nil { wait(context) }
    }

    /// Reads if it may now.
    private func reconsider(_ context: ChannelHandlerContext) {
        guard isHeld, !isClosed, mayRead() else { return }
        pass(context)
    }

    private func pass(_ context: ChannelHandlerContext) {
        isHeld = false
        stopWaiting()
        context.read()
    }

    private func stopWaiting() {
        if let ticket { account.budget.cancel(ticket) }
        ticket = nil
    }

    // MARK: Who holds memory and does not send

    private func startPatrol(_ context: ChannelHandlerContext) {
        guard patrol == nil, !isClosed, decoder.missing > 0,
            account.held > KafkaLimits.unbudgetedByteCount
        else { return }
        receivedBefore = received
        quietLooks = 0
        contendedLooks = 0
        schedulePatrol(context)
    }

    private func schedulePatrol(_ context: ChannelHandlerContext) {
        let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        patrol = context.eventLoop.scheduleTask(
            in: .milliseconds(KafkaLimits.patrolMilliseconds)
        ) { gate.value.0.look(gate.value.1) }
    }

    private func look(_ context: ChannelHandlerContext) {
        patrol = nil
        guard !isClosed, decoder.missing > 0, account.held > KafkaLimits.unbudgetedByteCount
        else { return }
        let came = received - receivedBefore
        receivedBefore = received
        let isFavoured = account.budget.isFavoured(account)
        let needed = isFavoured ? KafkaLimits.favouredByteCountMin : 1
        quietLooks = account.budget.isScarce && came < needed ? quietLooks + 1 : 0
        contendedLooks = account.budget.isContended && !isFavoured ? contendedLooks + 1 : 0
        guard quietLooks < KafkaLimits.quietLookCountMax,
            contendedLooks < KafkaLimits.contendedLookCountMax
        else { return close(context, .slowRequest) }
        schedulePatrol(context)
        guard isHeld else { return }
        // A few bytes tell whether the client has anything to send.
        if !mayRead() {
            bounds.assured.store(KafkaLimits.readByteCountMin, ordering: .relaxed)
        }
        pass(context)
    }

    private func close(_ context: ChannelHandlerContext, _ reason: KafkaMetrics.Refusal) {
        end()
        refuse(reason)
        context.close(promise: nil)
    }

    private func end() {
        isClosed = true
        isHeld = false
        stopWaiting()
        patrol?.cancel()
        patrol = nil
    }
}
