package import Broker
import CommitLog
import HTTPGateway
package import KafkaGateway
package import Logging
import NIOCore
import NIOPosix
import Platform

/// The composition root: one broker, its gateways, and the order in which they start and stop.
///
/// Starting: listen, then serve. Stopping: accept no more requests, answer those that have begun,
/// close what has not ended within the grace time; the caller closes the broker.
package final class Server: Sendable {
    private let configuration: ServerConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let workers: NIOThreadPool
    private let kafka: KafkaListener
    private let service: KafkaService
    private let pages: PageListener?
    private let logger: Logger
    private let phase = ServerPhase()

    /// Opens the doors; clients that connect wait until ``run(until:)``.
    ///
    /// - Throws: if an address cannot be listened on.
    package init(
        broker: Broker, configuration: ServerConfiguration, logger: Logger
    ) async throws {
        self.configuration = configuration
        self.logger = logger
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoopCount)
        workers = NIOThreadPool(numberOfThreads: ServerLimits.workerCount)
        workers.start()
        service = try KafkaService(
            broker: broker, settings: configuration.kafka, workers: workers, logger: logger)
        do {
            kafka = try await Self.naming(configuration.listen, "listen") { [group, service] in
                try await KafkaListener.bind(
                    host: configuration.listen.host, port: configuration.listen.port,
                    service: service, group: group)
            }
            pages = try await Self.listen(configuration, broker, service, phase, group)
        } catch {
            try? await workers.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Opens the door for metrics and health, if there is to be one.
    private static func listen(
        _ configuration: ServerConfiguration, _ broker: Broker, _ service: KafkaService,
        _ phase: ServerPhase, _ group: MultiThreadedEventLoopGroup
    ) async throws -> PageListener? {
        guard let address = configuration.http else { return nil }
        let startedAt = broker.wallMilliseconds
        let pages = Pages(
            metrics: {
                ServerMetrics.page(broker: broker, service: service, startedAt: startedAt)
            },
            problem: { broker.log.refusal?.description }, notReady: { phase.notReady })
        return try await naming(address, "http.listen") {
            try await PageListener.bind(
                host: address.host, port: address.port, pages: pages, group: group)
        }
    }

    /// Says of an error which address it is about.
    private static func naming<Listener: Sendable>(
        _ address: KafkaSettings.Address, _ setting: String,
        _ listen: @Sendable () async throws -> Listener
    ) async throws -> Listener {
        do { return try await listen() } catch {
            throw ListenError(address: address, setting: setting, reason: "\(error)")
        }
    }

    /// Where metrics and health are served; nil if they are not.
    package var httpAddress: KafkaSettings.Address? {
        guard var address = configuration.http, let pages else { return nil }
        if let port = pages.port { address.port = port }
        return address
    }

    /// The port that Kafka clients connect to.
    package var kafkaPort: Int? { kafka.port }

    /// Serves until `stopped` returns; on return every request that had begun was answered or its
    /// connection closed, and no thread of the server is left.
    package func run(until stopped: @escaping @Sendable () async -> Void) async throws {
        let loop = group.next()
        let tick = TimeAmount.milliseconds(KafkaLimits.tickMilliseconds)
        let expiryTime = TimeAmount.minutes(KafkaLimits.expiryMinutes)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.kafka.run() }
            let timer = loop.scheduleRepeatedTask(
                initialDelay: tick, delay: tick
            ) { _ in self.service.tick() }
            let expiry = loop.scheduleRepeatedTask(initialDelay: expiryTime, delay: expiryTime) {
                _ in
                self.workers.submit { _ in self.service.expire() }
            }
            phase.enter(.serving)
            await stopped()
            phase.enter(.stopping)
            timer.cancel()
            expiry.cancel()
            logger.info("stopping: no more requests are taken")
            kafka.stop()
            let grace = loop.scheduleTask(in: .seconds(ServerLimits.graceSeconds)) {
                self.kafka.abort()
            }
            await tasks.waitForAll()
            grace.cancel()
        }
        await pages?.stop()
        try await workers.shutdownGracefully()
        try await group.shutdownGracefully()
    }
}
