import NIOCore
import Testing

@testable import KafkaWire

@Suite("Frames")
struct FrameTests {
    @Test("Every API is read and answered in all its versions, and its bytes are used up")
    func apiVersionsRoundTrip() throws {
        for version in KafkaAPI.apiVersions.versions.range {
            var request = ApiVersionsRequest()
            request.clientSoftwareName = version >= 3 ? "librdkafka" : ""
            let pieces = try RequestFrame.encode(
                request, version: version, correlationID: 77, clientID: "kcat")
            var frame = pieces.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
            #expect(frame.readInteger(as: Int32.self) == Int32(frame.readableBytes))
            let read = try RequestFrame(parsing: frame)
            #expect(read.correlationID == 77)
            #expect(read.clientID == "kcat")
            let message = try read.message(ApiVersionsRequest.self)
            #expect(message.clientSoftwareName == request.clientSoftwareName)
        }
    }
}
