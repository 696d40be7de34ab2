import NIOCore

/// Closes a connection that has sent too much without a request being answered.
///
/// Stands before the parser, whose own limits are those of single headers and allow 2 MiB in all.
/// It may be in excess by one read: what came behind the end of a request is not counted.
final class RequestMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var byteCount = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        byteCount += unwrapInboundIn(data).readableBytes
        guard byteCount <= HTTPLimits.requestByteCountMax else {
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
    }

    /// A request is answered.
    func restart() { byteCount = 0 }
}
