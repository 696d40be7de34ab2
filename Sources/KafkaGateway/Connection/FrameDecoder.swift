import NIOCore

/// Cuts the stream of a connection into requests: each has its length, 4 bytes big-endian, before
/// it (Kafka protocol guide, "Common Request and Response Structure").
struct FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// A request whose length no server of ours takes.
    struct InvalidLength: Error, CustomStringConvertible {
        let found: Int32
        let limit: Int

        var description: String {
            "the length of a request is \(found), it has to be \(FrameDecoder.requestByteCountMin) "
                + "to \(limit) (socket.request.max.bytes)"
        }
    }

    /// Key, version and correlation number: what every request begins with.
    static let requestByteCountMin = 8

    /// Most bytes of a request.
    private let requestByteCountMax: Int

    init(requestByteCountMax: Int) { self.requestByteCountMax = requestByteCountMax }

    mutating func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: Int32.self) else {
            return .needMoreData
        }
        guard length >= Self.requestByteCountMin, Int(length) <= requestByteCountMax else {
            throw InvalidLength(found: length, limit: requestByteCountMax)
        }
        guard buffer.readableBytes >= 4 + Int(length) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let frame = buffer.readSlice(length: Int(length)) else { return .needMoreData }
        context.fireChannelRead(wrapInboundOut(frame))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // What is left of a request that never came whole belongs to nobody.
        .needMoreData
    }
}
