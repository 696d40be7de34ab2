package import NIOCore

/// A request whose header was read: which API and version, and the message's bytes.
///
/// Layout: api key i16, version i16, correlation i32, client id as a nullable text with a 2-byte
/// length, in flexible versions tagged fields (request header v1 and v2); then the message.
package struct RequestFrame: Sendable {
    package let api: KafkaAPI
    package let version: Int16
    package let correlationID: Int32
    package let clientID: String?
    /// The message.
    package let body: ByteBuffer

    /// Why a frame cannot be answered as it wants.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        case malformed(WireError)
        case unknownAPI(Int16)
        case unsupportedVersion(KafkaAPI, Int16, correlationID: Int32)

        package var description: String {
            switch self {
            case .malformed(let error): "a request's header cannot be read: \(error)"
            case .unknownAPI(let key): "API key \(key) is not known"
            case .unsupportedVersion(let api, let version, _):
                "\(api) has versions \(api.versions.range), not \(version)"
            }
        }
    }

    /// Reads the header of a frame, whose length was taken off before.
    package init(parsing frame: ByteBuffer) throws(Problem) {
        let start: (key: Int16, version: Int16, correlation: Int32, rest: ByteBuffer)
        do throws(WireError) { start = try Self.start(of: frame) } catch { throw .malformed(error) }
        guard let api = KafkaAPI(rawValue: start.key) else { throw .unknownAPI(start.key) }
        guard api.versions.range.contains(start.version) else {
            throw .unsupportedVersion(api, start.version, correlationID: start.correlation)
        }
        self.api = api
        version = start.version
        correlationID = start.correlation
        do throws(WireError) {
            var reader = WireReader(start.rest, version: 1, isFlexible: false)
            var client: String?
            try reader.nullableString(&client)
            clientID = client
            reader = WireReader(
                reader.rest, version: 2, isFlexible: api.versions.isFlexible(start.version))
            try reader.endOfStructure()
            body = reader.rest
        } catch {
            throw .malformed(error)
        }
    }

    /// The part that is the same in all versions of all requests.
    private static func start(
        of frame: ByteBuffer
    ) throws(WireError) -> (key: Int16, version: Int16, correlation: Int32, rest: ByteBuffer) {
        var reader = WireReader(frame, version: 0, isFlexible: false)
        var (key, version, correlation) = (Int16(0), Int16(0), Int32(0))
        try reader.int16(&key)
        try reader.int16(&version)
        try reader.int32(&correlation)
        return (key, version, correlation, reader.rest)
    }

    /// Reads the message.
    package func message<Request: KafkaRequest>(
        _ type: Request.Type
    ) throws(WireError) -> Request {
        precondition(Request.api == api, "a request is read as another")
        return try WireReader.read(
            Request.self, from: body, version: version, isFlexible: api.versions.isFlexible(version)
        )
    }

    /// A request as a client sends it, length first.
    package static func encode<Request: KafkaRequest>(
        _ request: Request, version: Int16, correlationID: Int32, clientID: String?
    ) throws(WireError) -> [ByteBuffer] {
        var start = ByteBuffer()
        start.writeInteger(Int32(0))
        var header = WireWriter(start, version: 1, isFlexible: false)
        var (key, version, correlation) = (Request.api.rawValue, version, correlationID)
        header.int16(&key)
        header.int16(&version)
        header.int32(&correlation)
        var client = clientID
        try header.nullableString(&client)
        let isFlexible = Request.api.versions.isFlexible(version)
        guard let head = header.finish().first else { preconditionFailure("a header has bytes") }
        var writer = WireWriter(head, version: version, isFlexible: isFlexible)
        if isFlexible { writer.endOfStructure() }
        try writer.write(request)
        return Frame.finish(writer)
    }
}
