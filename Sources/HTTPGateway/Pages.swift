/// What the pages say; asked anew for each request, on an event loop: it must not wait.
package struct Pages: Sendable {
    /// The figures.
    package let metrics: @Sendable () -> MetricsPage
    /// Why the server cannot do its work; nil if it can.
    package let problem: @Sendable () -> String?
    /// Why it does not take requests, in a word; nil if it does.
    package let notReady: @Sendable () -> String?

    package init(
        metrics: @escaping @Sendable () -> MetricsPage,
        problem: @escaping @Sendable () -> String?,
        notReady: @escaping @Sendable () -> String?
    ) {
        self.metrics = metrics
        self.problem = problem
        self.notReady = notReady
    }

    /// An answer: status and text.
    struct Answer: Equatable {
        let status: Int
        let text: String
    }

    /// The page of a path.
    func answer(_ method: String, _ path: String) -> Answer {
        guard method == "GET" || method == "HEAD" else {
            return Answer(status: 405, text: "only GET and HEAD are known here\n")
        }
        switch path.prefix(while: { $0 != "?" }) {
        case "/metrics": return Answer(status: 200, text: metrics().text)
        case "/health":
            guard let problem = problem() else { return Answer(status: 200, text: "ok\n") }
            return Answer(status: 503, text: problem + "\n")
        case "/ready":
            guard let reason = notReady() else { return Answer(status: 200, text: "ready\n") }
            return Answer(status: 503, text: reason + "\n")
        default:
            return Answer(status: 404, text: "there are /metrics, /health and /ready\n")
        }
    }
}
