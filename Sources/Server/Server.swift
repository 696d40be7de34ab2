package import Broker
import KafkaGateway
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
    private let logger: Logger

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
            kafka = try await KafkaListener.bind(
                host: configuration.listen.host, port: configuration.listen.port,
                service: service, group: group)
        } catch {
            try? await workers.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw ListenError(address: configuration.listen, reason: "\(error)")
        }
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
            await stopped()
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
        try await workers.shutdownGracefully()
        try await group.shutdownGracefully()
    }
}
