package import Broker
import KafkaWire

/// The broker of a running server, asked over the network.
///
/// Used by one thread.
package final class BrokerClient: BrokerAccess {
    let connection: ServerConnection

    /// Where the server is.
    package var address: ServerAddress { connection.address }

    /// Connects.
    ///
    /// - Throws: `.server`, with what to do.
    package init(_ address: ServerAddress) throws(BrokerError) {
        connection = try ServerConnection(address)
    }

    /// Asks for something that the server does or refuses in its own words.
    func ask<Request: KafkaRequest>(
        _ request: Request
    ) throws(BrokerError) -> Request.Response where Request.Response: Refusing {
        let answer = try connection.ask(request)
        guard answer.errorCode == .none else {
            throw .server(
                answer.errorMessage ?? "\(address) refuses '\(Request.api)': \(answer.errorCode)")
        }
        return answer
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
