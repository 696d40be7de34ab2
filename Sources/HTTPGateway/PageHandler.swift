import NIOCore
import NIOHTTP1

/// Answers the requests of one connection, one after the other.
final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let pages: Pages
    private let meter: RequestMeter
    private var head: HTTPRequestHead?
    /// Closes the connection when its time is over.
    private var deadline: Scheduled<Void>?

    init(pages: Pages, meter: RequestMeter) {
        self.pages = pages
        self.meter = meter
    }

    func handlerAdded(context: ChannelHandlerContext) { restartDeadline(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    /// Bytes alone do not help: a client that sends or reads one at a time holds a connection no
    /// longer than one that does nothing.
    private func restartDeadline(_ channel: any Channel) {
        deadline?.cancel()
        deadline = channel.eventLoop.scheduleTask(in: HTTPLimits.requestTime) {
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        // Nothing here takes a body.
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            // The answers before are not read: more of them would only fill memory.
            guard context.channel.isWritable else { return context.close(promise: nil) }
            meter.restart()
            write(pages.answer(head.method.rawValue, head.uri), to: head, context)
        }
    }

    private func write(
        _ answer: Pages.Answer, to head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let body = context.channel.allocator.buffer(string: answer.text)
        var headers = HTTPHeaders([
            ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
            ("Content-Length", "\(body.readableBytes)"),
        ])
        if answer.status == 405 { headers.add(name: "Allow", value: "GET, HEAD") }
        if !head.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        let response = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let isLast = !head.isKeepAlive
        let channel = context.channel
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenSuccess {
            if isLast {
                channel.close(promise: nil)
            } else {
                handler.value.restartDeadline(channel)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
