import Broker
import Bytes
import KafkaWire
import NIOCore
import Platform

/// A connection to a running server over which requests go one after the other.
///
/// Used by one thread; calls wait for the answer. Once a call has failed for the connection's sake,
/// so do all later ones.
final class ServerConnection {
    let address: ServerAddress
    private let connection: TCPConnection
    private var correlationID: Int32 = 0
    /// The versions that both know, by API.
    private var versions: [KafkaAPI: Int16] = [:]
    private var failure: BrokerError?

    private static let clientID = "sluice"

    /// Connects, and learns what the server speaks.
    ///
    /// - Throws: `.server`, if nobody answers, or somebody else than Sluice.
    init(_ address: ServerAddress, timeout: Duration) throws(BrokerError) {
        self.address = address
        do throws(SocketError) {
            connection = try TCPConnection.connect(
                host: address.host, port: address.port, timeout: timeout)
        } catch {
            throw .server(
                "\(address): \(error). Is a server running there? Start one with: sluice serve")
        }
        let answer = try send(ApiVersionsRequest(), version: 0)
        for entry in answer.apiKeys {
            guard let api = KafkaAPI(rawValue: entry.apiKey) else { continue }
            let ours = api.versions.range
            let highest = min(entry.maxVersion, ours.upperBound)
            if highest >= max(entry.minVersion, ours.lowerBound) { versions[api] = highest }
        }
        guard versions[.storedTopics] != nil else {
            throw .server("\(address) speaks Kafka's protocol, but is no server of Sluice.")
        }
    }

    /// Sends a request in the highest version that both know, of those up to a limit, and waits for
    /// its answer.
    func ask<Request: KafkaRequest>(
        _ request: Request, versionMax: Int16 = .max
    ) throws(BrokerError) -> Request.Response {
        guard let version = versions[Request.api] else {
            throw .server(
                "\(address) does not know the request '\(Request.api)'; it is an older version.")
        }
        return try send(request, version: min(version, versionMax))
    }

    private func send<Request: KafkaRequest>(
        _ request: Request, version: Int16
    ) throws(BrokerError) -> Request.Response {
        if let failure { throw failure }
        correlationID &+= 1
        let pieces: [ByteBuffer]
        do throws(WireError) {
            pieces = try RequestFrame.encode(
                request, version: version, correlationID: correlationID, clientID: Self.clientID)
        } catch {
            throw .server("the request '\(Request.api)' cannot be written: \(error)")
        }
        let answer: Result<Request.Response, BrokerError>
        do throws(SocketError) {
            for piece in pieces { try connection.write(piece.readableBytesSpan) }
            answer = try self.answer(to: Request.self, version)
        } catch {
            throw fail("\(address), in a request '\(Request.api)': \(error)")
        }
        return try answer.get()
    }

    private func answer<Request: KafkaRequest>(
        to type: Request.Type, _ version: Int16
    ) throws(SocketError) -> Result<Request.Response, BrokerError> {
        var head: [UInt8] = []
        try connection.read(4, into: &head)
        let length = head.rawSpan.bigEndian(at: 0, as: Int32.self)
        guard (4...ClientLimits.answerByteCountMax).contains(Int(length)) else {
            return .failure(fail("\(address) answers with \(length) bytes, which is beyond reason"))
        }
        var bytes: [UInt8] = []
        try connection.read(Int(length), into: &bytes)
        let frame = ByteBuffer(bytes: bytes)
        guard ResponseFrame.correlationID(of: frame) == correlationID else {
            return .failure(fail("\(address) has answered another request than was sent"))
        }
        do throws(WireError) {
            return .success(try ResponseFrame.decode(frame, to: type, version: version))
        } catch {
            return .failure(fail("\(address) answers in a form that cannot be read: \(error)"))
        }
    }

    private func fail(_ reason: String) -> BrokerError {
        let error = BrokerError.server(reason)
        failure = error
        return error
    }
}
