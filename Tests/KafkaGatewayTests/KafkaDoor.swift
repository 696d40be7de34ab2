import Broker
import CommitLog
import KafkaWire
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Platform
import SystemPackage

@testable import KafkaGateway

/// The gateway on a simulated disk, and clients whose requests go through it as frames.
final class KafkaDoor: Sendable {
    /// What a client gets that is not an answer.
    enum Failure: Error {
        case refused(String)
        case noAnswer
    }

    let broker: Broker
    let service: KafkaService
    let clock = ManualClock()
    private let workers = NIOThreadPool(numberOfThreads: 2)
    private let channel = NIOAsyncTestingChannel()
    private let client: KafkaClientConnection

    init(
        groups: GroupSettings = GroupSettings(), settings: KafkaSettings = KafkaSettings(),
        partitionCountMax: Int = BrokerLimits.partitionCountMax
    ) throws {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        options.sealsInBackground = false
        broker = try Broker.open(
            directory: "/data", fileSystem: SimulatedFileSystem(), clock: clock, options: options,
            groups: groups, partitionCountMax: partitionCountMax)
        workers.start()
        service = try KafkaService(
            broker: broker, settings: settings, workers: workers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        client = KafkaClientConnection(
            channel: channel, requests: service.requestMemory, answers: service.answerMemory)
    }

    /// Ends everything.
    func close() async throws {
        service.stop()
        try? await channel.close()
        try await workers.shutdownGracefully()
        try broker.close()
    }

    /// The workers end, as when the server does.
    func endWorkers() async throws { try await workers.shutdownGracefully() }

    /// The client goes.
    func closeConnection() async throws { try await channel.close() }

    /// Sends a request in a version and reads its answer.
    func ask<Request: KafkaRequest>(
        _ request: Request, version: Int16? = nil
    ) async throws -> Request.Response {
        let version = version ?? Request.api.versions.range.upperBound
        var frame = ByteBuffer()
        for var piece in try RequestFrame.encode(
            request, version: version, correlationID: 7, clientID: "tester")
        {
            frame.writeBuffer(&piece)
        }
        frame.moveReaderIndex(forwardBy: 4)
        let content: Answer.Content
        switch service.begin(frame, client) {
        case .parallel(let start): content = await start().content()
        case .work(let work): content = await work()
        case .refuse(let reason): throw Failure.refused(reason)
        }
        guard case .frame(let pieces) = content else { throw Failure.noAnswer }
        var answer = ByteBuffer()
        for var piece in pieces { answer.writeBuffer(&piece) }
        answer.moveReaderIndex(forwardBy: 4)
        return try ResponseFrame.decode(answer, to: Request.self, version: version)
    }
}

extension KafkaAPI {
    /// The version that a client has that speaks all APIs up to `level`.
    func version(at level: Int16) -> Int16 {
        min(max(level, versions.range.lowerBound), versions.range.upperBound)
    }
}
