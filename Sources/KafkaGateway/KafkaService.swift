package import Broker
import KafkaWire
package import Logging
import NIOCore
package import NIOPosix
import Platform
import Synchronization

/// Answers the requests of all Kafka clients.
///
/// One handler for each request, in the folder of its area: `answer(_:_:)` takes the wire's value
/// and a ``RequestContext`` and calls the broker. Handlers never block: what waits for the disk
/// runs on the workers.
package final class KafkaService: Sendable {
    let broker: Broker
    /// What clients know the server's data by.
    let clusterID: String
    let groups: GroupCoordinator
    let settings: KafkaSettings
    let logger: Logger
    package let metrics = KafkaMetrics()
    let stopping = StopNotice()
    /// What requests of all connections hold.
    let requestMemory: MemoryBudget
    /// What answers to all connections hold.
    let answerMemory: MemoryBudget
    private let workers: NIOThreadPool
    /// The second of the last look at transactions.
    private let lastSecond = Atomic<Int64>(0)

    /// - Parameters:
    ///   - broker: what is served.
    ///   - settings: the operator's decisions.
    ///   - workers: threads that may wait for the disk; started and ended by the caller.
    ///   - logger: for life-cycle and errors.
    /// - Throws: if the cluster's name could not be stored.
    package init(
        broker: Broker, settings: KafkaSettings, workers: NIOThreadPool, logger: Logger
    ) throws {
        self.broker = broker
        clusterID = try broker.establishClusterID()
        self.settings = settings
        requestMemory = MemoryBudget(limit: settings.queuedRequestByteCountMax)
        answerMemory = MemoryBudget(limit: settings.queuedAnswerByteCountMax)
        groups = broker.groupCoordinator
        self.workers = workers
        self.logger = logger
    }

    /// How many groups have members, or have had some, and members of all of them.
    package var groupCounts: (groups: Int, members: Int) { groups.counts }

    /// Bytes that requests and answers hold now.
    package var memory: (requests: Int, answers: Int) {
        (requestMemory.used, answerMemory.used)
    }

    /// Counts and tells that the server closes a connection.
    func noteRefusal(_ reason: KafkaMetrics.Refusal, of client: KafkaClientConnection) {
        metrics.connectionRefused(reason)
        logger.info(
            "connection closed",
            metadata: ["client": "\(client.address)", "reason": "\(reason.rawValue)"])
    }

    /// Whether the server stops.
    package var isStopping: Bool { stopping.isStopped }

    /// What time brings: sessions, rebalances and transactions end.
    ///
    /// To be called every
    /// ``KafkaLimits/tickMilliseconds``, on any thread.
    package func tick() {
        groups.tick()
        let second = broker.wallMilliseconds / 1_000
        // Transactions last for seconds at least.
        if lastSecond.exchange(second, ordering: .relaxed) != second {
            broker.expireTransactions()
        }
    }

    /// Forgets what was kept for long enough; waits for the disk.
    package func expire() {
        do throws(BrokerError) {
            let count = try broker.expireOffsets()
            if count > 0 {
                logger.info("positions of groups have expired", metadata: ["count": "\(count)"])
            }
        } catch {
            logger.error("positions of groups could not expire", metadata: ["reason": "\(error)"])
        }
    }

    /// Ends what waits, because the server stops.
    func stop() {
        stopping.stop()
        groups.stop()
    }

    /// Runs what may wait for the disk; nil, with nothing done, only while the server ends.
    func onWorker<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        try? await workers.runIfActive { work() }
    }

    /// Lets a moment pass; the client's event loop keeps the time.
    func pause(_ duration: Duration, _ client: KafkaClientConnection) async {
        let end = client.eventLoop.scheduleTask(in: .nanoseconds(duration.wholeNanoseconds)) {}
        try? await end.futureResult.get()
    }

    /// The address under which a client reaches the server.
    func address(for client: KafkaClientConnection) -> KafkaSettings.Address {
        settings.advertised
            ?? KafkaSettings.Address(
                host: client.localHost ?? "localhost", port: client.localPort ?? 9_092)
    }
}
