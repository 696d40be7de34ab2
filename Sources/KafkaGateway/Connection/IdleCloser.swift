import NIOCore

/// Closes a connection on which nothing has moved for the time that `IdleStateHandler` was given:
/// a client that is gone without a word, one that sends half a request, one that does not read.
final class IdleCloser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Why the connection was closed.
    struct Idle: Error, CustomStringConvertible {
        let description = "nothing was read or written for connections.max.idle.ms"
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        context.fireErrorCaught(Idle())
        context.close(promise: nil)
    }
}
