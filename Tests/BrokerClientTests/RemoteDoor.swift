import Broker
import Bytes
import CommitLog
import Foundation
import KafkaGateway
import Logging
import NIOCore
import NIOPosix
import Records
import SystemPackage

@testable import BrokerClient

/// A server on a port of this machine over a directory of its own, and a client of it.
enum RemoteDoor {
    /// Opens both for the time of `body`, which may block: it has a thread of its own.
    static func open<Result: Sendable>(
        _ body: @escaping @Sendable (Broker, BrokerClient) throws -> Result
    ) async throws -> Result {
        var options = LogOptions()
        options.sealsInBackground = false
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "sluice-client-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let broker = try Broker.open(directory: FilePath(directory.path), options: options)
        let workers = NIOThreadPool(numberOfThreads: 2)
        workers.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let service = try KafkaService(
            broker: broker, settings: KafkaSettings(), workers: workers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let listener = try await KafkaListener.bind(
            host: "127.0.0.1", port: 0, service: service, group: group)
        let caller = NIOThreadPool(numberOfThreads: 1)
        caller.start()
        let result = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await listener.run() }
            defer { listener.stop() }
            let address = ServerAddress("127.0.0.1:\(listener.port ?? 0)")
            return try await caller.runIfActive {
                guard let address else { preconditionFailure("an address of ours") }
                return try body(broker, BrokerClient(address))
            }
        }
        try await caller.shutdownGracefully()
        try await workers.shutdownGracefully()
        try await group.shutdownGracefully()
        try broker.close()
        return result
    }

    /// A batch of records with these values, and no keys.
    static func batch(_ values: [String]) -> [UInt8] {
        var buffer = RecordBuffer()
        for (index, value) in values.enumerated() {
            let bytes = Array(value.utf8)
            buffer.append(timestamp: Int64(index), key: nil, value: bytes.rawSpan)
        }
        let writer = BatchWriter()
        for row in 0..<values.count { writer.append(copying: buffer.block, row: row) }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }
}
