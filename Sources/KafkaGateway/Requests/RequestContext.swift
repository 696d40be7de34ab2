import Platform

/// What a handler knows beside the request.
struct RequestContext: Sendable {
    let version: Int16
    /// What the client calls itself.
    let clientID: String?
    let client: KafkaClientConnection
    /// When the request was read.
    let begun: MonotonicInstant
}
