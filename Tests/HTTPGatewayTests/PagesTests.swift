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
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
        try channel.pipeline.syncOperations.addHandler(PageHandler(pages: pages()))
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
}
