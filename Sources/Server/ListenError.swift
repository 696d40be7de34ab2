import KafkaGateway

/// An address could not be listened on.
struct ListenError: Error, CustomStringConvertible {
    let address: KafkaSettings.Address
    let reason: String

    var description: String {
        "cannot listen on \(address.host):\(address.port): \(reason). Another server may run there "
            + "(`ss -ltnp`); choose another address with --listen HOST:PORT."
    }
}
