import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPGateway

@Suite("Pages")
struct PagesTests {
    private func pages(problem: String? = nil, notReady: String? = nil) -> Pages {
        Pages(
            metrics: {
                var page = MetricsPage()
                page.add("a_total", .counter, "Things.", 3)
                return page
            }, problem: { problem }, notReady: { notReady })
    }

    @Test(
        "Each path has its answer",
        arguments: [
            ("GET", "/metrics", 200), ("HEAD", "/metrics", 200), ("GET", "/health?x=1", 200),
            ("GET", "/ready", 200), ("GET", "/", 404), ("GET", "/metrics/", 404),
            ("POST", "/metrics", 405), ("DELETE", "/health", 405),
        ])
    func statuses(method: String, path: String, status: Int) {
        #expect(pages().answer(method, path).status == status)
    }

    @Test("What is wrong is told with 503")
    func problems() {
        let answer = pages(problem: "the disk failed").answer("GET", "/health")
        #expect(answer == Pages.Answer(status: 503, text: "the disk failed\n"))
        #expect(
            pages(notReady: "stopping").answer("GET", "/ready")
                == Pages.Answer(status: 503, text: "stopping\n"))
    }

    @Test("A label's value cannot end its label")
    func escaping() {
        var page = MetricsPage()
        page.add(
            "m", .gauge, "One.", [(labels: [("topic", "a\"b\\c\nd"), ("p", "0")], value: 1)])
        #expect(
            page.text == "# HELP m One.\n# TYPE m gauge\nm{topic=\"a\\\"b\\\\c\\nd\",p=\"0\"} 1\n")
    }

    @Test("Requests on one connection are answered in turn, HEAD without a body")
    func pipeline() throws {
        let channel = EmbeddedChannel()
        try PageListener.addHandlers(to: channel, pages())
        let requests =
            "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nHEAD /health HTTP/1.1\r\nHost: x\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: requests))
        channel.embeddedEventLoop.run()
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) {
            text += String(buffer: part)
        }
        #expect(text.contains("a_total 3\n"))
        #expect(
            text.split(separator: "HTTP/1.1 200 OK", omittingEmptySubsequences: false).count == 3)
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try PageListener.addHandlers(to: channel, pages())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test("A request that is longer than the limit closes its connection", arguments: [-1, 0, 1])
    func requestLimit(excess: Int) throws {
        let channel = try connection()
        let start = "GET /ready HTTP/1.1\r\nHost: x\r\nX: "
        let rest = HTTPLimits.requestByteCountMax + excess - start.utf8.count - 4
        let text = start + String(repeating: "a", count: rest) + "\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: text))
        channel.embeddedEventLoop.run()
        #expect(channel.isActive == (excess <= 0))
    }

    @Test("A connection without a whole request is closed when its time is over")
    func deadline() throws {
        let channel = try connection()
        try channel.writeInbound(ByteBuffer(string: "GET /ready HTTP/1.1\r\n"))
        channel.embeddedEventLoop.advanceTime(by: HTTPLimits.requestTime - .nanoseconds(1))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
        #expect(!channel.isActive)
    }

    @Test("A client that does not read its answers gets no more of them")
    func unread() throws {
        let channel = try connection()
        channel.isWritable = false
        try channel.writeInbound(ByteBuffer(string: "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n"))
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test("Connections are counted up to the limit, and those that go make room")
    func connections() {
        let count = ConnectionCount(limit: 2)
        #expect(count.enter() && count.enter())
        #expect(!count.enter())
        count.leave()
        #expect(count.enter())
        #expect(!count.enter())
    }

    @Test("A histogram's buckets are cumulative, in seconds")
    func histogram() {
        var page = MetricsPage()
        page.add(
            "h", "Times.", bounds: [100, 1_000_000],
            [.init(labels: [("api", "fetch")], counts: [1, 2, 3], nanoseconds: 1_500_000_000)])
        #expect(
            page.text == """
                # HELP h Times.
                # TYPE h histogram
                h_bucket{api="fetch",le="0.0001"} 1
                h_bucket{api="fetch",le="1.0"} 3
                h_bucket{api="fetch",le="+Inf"} 6
                h_sum{api="fetch"} 1.5
                h_count{api="fetch"} 6

                """)
    }
}
