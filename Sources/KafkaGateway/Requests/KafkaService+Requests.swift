import KafkaWire
import Logging
import NIOCore

extension KafkaService {
    /// How a request goes on.
    enum Begun {
        /// Its answer comes by itself; the next request may begin.
        case parallel(@Sendable () async -> Answer)
        /// It is answered before the next begins.
        case work(@Sendable () async -> Answer.Content)
        /// The connection is closed.
        case refuse(String)
    }

    /// Reads a frame and says how its request is to be answered.
    func begin(_ frame: ByteBuffer, _ client: KafkaClientConnection) -> Begun {
        let request: RequestFrame
        do throws(RequestFrame.Problem) {
            request = try RequestFrame(parsing: frame)
        } catch {
            return refuse(error)
        }
        do throws(WireError) { return try begin(request, client) } catch {
            return .refuse("\(request.api) v\(request.version): \(error)")
        }
    }

    /// A client that asks for the versions in one that is not known is told those that are, in the
    /// oldest form (KIP-511); other unknown requests cannot be answered in a form that the client
    /// would read.
    private func refuse(_ problem: RequestFrame.Problem) -> Begun {
        guard case .unsupportedVersion(.apiVersions, _, let correlation) = problem else {
            return .refuse("\(problem)")
        }
        return .work { [self] in
            var response = versions()
            response.errorCode = .unsupportedVersion
            return encode(response, to: .apiVersions, version: 0, correlationID: correlation)
        }
    }

    private func begin(
        _ frame: RequestFrame, _ client: KafkaClientConnection
    ) throws(WireError) -> Begun {
        let context = RequestContext(
            version: frame.version, clientID: frame.clientID, client: client)
        switch frame.api {
        case .produce:
            let request = try frame.message(ProduceRequest.self)
            return .parallel { [self] in await produce(frame, request) }
        case .fetch: return try work(frame, context, FetchRequest.self, answer)
        case .listOffsets: return try work(frame, context, ListOffsetsRequest.self, answer)
        case .offsetForLeaderEpoch:
            return try work(frame, context, OffsetForLeaderEpochRequest.self, answer)
        case .metadata: return try work(frame, context, MetadataRequest.self, answer)
        case .apiVersions: return try work(frame, context, ApiVersionsRequest.self, answer)
        case .findCoordinator:
            return try work(frame, context, FindCoordinatorRequest.self, answer)
        default: return .refuse("\(frame.api) is not served yet")
        }
    }

    private func work<Request: KafkaRequest>(
        _ frame: RequestFrame, _ context: RequestContext, _ type: Request.Type,
        _ handler: @escaping @Sendable (Request, RequestContext) async -> Request.Response
    ) throws(WireError) -> Begun {
        let request = try frame.message(type)
        return .work { [self] in encode(await handler(request, context), to: frame) }
    }

    func encode<Response: WireMessage>(
        _ response: Response, to frame: RequestFrame
    ) -> Answer.Content {
        encode(
            response, to: frame.api, version: frame.version, correlationID: frame.correlationID)
    }

    private func encode<Response: WireMessage>(
        _ response: Response, to api: KafkaAPI, version: Int16, correlationID: Int32
    ) -> Answer.Content {
        do throws(WireError) {
            return .frame(
                try ResponseFrame.encode(
                    response, to: api, version: version, correlationID: correlationID))
        } catch {
            // A text of ours is longer than the protocol can say.
            logger.error(
                "an answer cannot be written", metadata: ["api": "\(api)", "reason": "\(error)"])
            return .closing
        }
    }
}
