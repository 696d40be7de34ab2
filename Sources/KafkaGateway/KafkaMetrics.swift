import Synchronization

/// What the Kafka door has done, for the metrics page.
package final class KafkaMetrics: Sendable {
    /// Why a connection was closed by the server.
    package enum Refusal: String, CaseIterable, Sendable {
        case badRequest = "bad_request"
        case tooMany = "too_many_connections"
        case idle
    }

    /// The counts at one moment.
    package struct Counts: Sendable {
        package var connectionsOpened: Int64 = 0
        package var connectionsClosed: Int64 = 0
        package var refusals: [Refusal: Int64] = [:]
        package var requests: Int64 = 0
        package var requestBytes: Int64 = 0
        /// By the name of the API.
        package var requestsByAPI: [String: Int64] = [:]
        package var answers: Int64 = 0
        /// Batches that had to wait because the log had no room for them.
        package var producesDelayed: Int64 = 0
        package var answerBytes: Int64 = 0
    }

    /// Guards the counts; a few additions a request.
    private let state = Mutex(Counts())

    package init() {}

    /// A copy.
    package var counts: Counts { state.withLock { $0 } }

    func connectionOpened() { state.withLock { $0.connectionsOpened += 1 } }

    func connectionClosed() { state.withLock { $0.connectionsClosed += 1 } }

    func connectionRefused(_ reason: Refusal) {
        state.withLock { $0.refusals[reason, default: 0] += 1 }
    }

    func requestReceived(byteCount: Int) {
        state.withLock {
            $0.requests += 1
            $0.requestBytes += Int64(byteCount)
        }
    }

    func produceDelayed() { state.withLock { $0.producesDelayed += 1 } }

    func requestBegun(_ api: String) {
        state.withLock { $0.requestsByAPI[api, default: 0] += 1 }
    }

    func answerSent(byteCount: Int) {
        state.withLock {
            $0.answers += 1
            $0.answerBytes += Int64(byteCount)
        }
    }
}
