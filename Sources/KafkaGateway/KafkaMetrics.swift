package import KafkaWire
import Synchronization

/// What the Kafka door has done, for the metrics page.
package final class KafkaMetrics: Sendable {
    /// Why a connection was closed by the server.
    package enum Refusal: String, CaseIterable, Sendable {
        case badRequest = "bad_request"
        case tooMany = "too_many_connections"
        case idle
        /// Held memory for a request, and did not send the rest.
        case slowRequest = "slow_request"
        /// Held memory for answers, and did not read them.
        case unreadAnswers = "unread_answers"
        /// Would have taken memory far beyond what there is.
        case outOfMemory = "out_of_memory"
    }

    /// Requests of one API.
    package struct APICounts: Sendable, Equatable {
        /// Those that were begun.
        package var begun: Int64 = 0
        /// Codes other than none in their answers, each as often as it stands there.
        package var errors: [KafkaErrorCode: Int64] = [:]
        /// From the reading of a request until its answer was ready to be sent.
        package var latency = LatencyHistogram()
    }

    /// The counts at one moment.
    package struct Counts: Sendable {
        package var connectionsOpened: Int64 = 0
        package var connectionsClosed: Int64 = 0
        package var refusals: [Refusal: Int64] = [:]
        package var requests: Int64 = 0
        package var requestBytes: Int64 = 0
        package var byAPI: [KafkaAPI: APICounts] = [:]
        package var answers: Int64 = 0
        /// Batches that had to wait because the log had no room for them.
        package var producesDelayed: Int64 = 0
        package var answerBytes: Int64 = 0
        /// Times that a socket was not read because the memory for requests was exhausted.
        package var readsDelayed: Int64 = 0
        /// Fetches that waited because the memory for answers was exhausted.
        package var fetchesDelayed: Int64 = 0
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

    func readDelayed() { state.withLock { $0.readsDelayed += 1 } }

    func fetchDelayed() { state.withLock { $0.fetchesDelayed += 1 } }

    func requestBegun(_ api: KafkaAPI) {
        state.withLock { $0.byAPI[api, default: APICounts()].begun += 1 }
    }

    /// A request's answer is ready.
    func requestEnded(
        _ api: KafkaAPI, nanoseconds: Int64, errors: [KafkaErrorCode: Int64] = [:]
    ) {
        state.withLock { state in
            state.byAPI[api, default: APICounts()].latency.add(nanoseconds: nanoseconds)
            for (code, count) in errors {
                state.byAPI[api, default: APICounts()].errors[code, default: 0] += count
            }
        }
    }

    func answerSent(byteCount: Int) {
        state.withLock {
            $0.answers += 1
            $0.answerBytes += Int64(byteCount)
        }
    }
}
