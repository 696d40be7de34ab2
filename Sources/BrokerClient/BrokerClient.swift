package import Broker
import KafkaWire

/// The broker of a running server, asked over the network.
///
/// Used by one thread.
package final class BrokerClient: BrokerAccess {
    let connection: ServerConnection

    /// Where the server is.
    package var address: ServerAddress { connection.address }

    /// How long a client waits unless its user says otherwise: the server may have to compact a topic
    /// before it answers.
    package static let timeoutDefault = Duration.seconds(120)

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: where the server is.
    ///   - timeout: in which a connection must be made, and in which a waiting call must move on.
    /// - Throws: `.server`, with what to do.
    package init(
        _ address: ServerAddress, timeout: Duration = timeoutDefault
    ) throws(BrokerError) {
        connection = try ServerConnection(address, timeout: timeout)
    }

    /// Asks for something that the server does or refuses in its own words.
    func ask<Request: KafkaRequest>(
        _ request: Request
    ) throws(BrokerError) -> Request.Response where Request.Response: Refusing {
        let answer = try connection.ask(request)
        guard answer.errorCode == .none else { throw refusal(answer) }
        return answer
    }

    /// A refusal in the server's words.
    func refusal(_ answer: some Refusing) -> BrokerError {
        .server(answer.errorMessage ?? "\(address) refuses this: \(answer.errorCode)")
    }

    func damaged(_ what: String) -> BrokerError {
        .server("\(address) answers with \(what) that this version of sluice cannot read.")
    }
}

/// An answer of Sluice's own requests.
protocol Refusing: WireMessage {
    var errorCode: KafkaErrorCode { get }
    var errorMessage: String? { get }
}

extension StoredTopicsResponse: Refusing {}
extension SetTopicResponse: Refusing {}
extension WorkOnTopicResponse: Refusing {}
extension SubscriptionsResponse: Refusing {}
extension SetSubscriptionResponse: Refusing {}
extension GroupPositionsResponse: Refusing {}
extension SetGroupPositionsResponse: Refusing {}
extension PipelineProgressResponse: Refusing {}
extension CommitPipelineResponse: Refusing {}
