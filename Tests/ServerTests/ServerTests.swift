import KafkaGateway
import Testing

@testable import Server

@Suite("The server's configuration")
struct ServerTests {
    @Test("Without settings it serves Kafka's port on all addresses")
    func defaults() {
        let configuration = ServerConfiguration()
        #expect(configuration.listen.host == "0.0.0.0")
        #expect(configuration.listen.port == 9_092)
    }
}
