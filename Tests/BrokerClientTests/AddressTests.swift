import Testing

@testable import BrokerClient

@Suite("Server addresses")
struct AddressTests {
    @Test(
        "An address is a host, and a port or Kafka's",
        arguments: [
            ("localhost", "localhost", 9092), ("h:1", "h", 1),
            ("10.0.0.1:65535", "10.0.0.1", 65_535),
            ("[::1]:9", "::1", 9), ("[::1]", "::1", 9092), ("::1", "::1", 9092),
        ])
    func valid(text: String, host: String, port: Int) throws {
        let address = try #require(ServerAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(ServerAddress(address.description) == address)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", ":1", "h:", "h:0", "h:65536", "h:x", "[::1", "[::1]9", "[]:9", "a b:1", "h:-1",
        ])
    func invalid(text: String) { #expect(ServerAddress(text) == nil) }
}
