import KafkaGateway

/// An address could not be listened on.
struct ListenError: Error, CustomStringConvertible {
    let address: KafkaSettings.Address
    /// The setting that says so.
    let setting: String
    let reason: String

    var description: String {
        "cannot listen on \(address.host):\(address.port): \(reason). Another server may run there "
            + "(`ss -ltnp`); choose another address with -o \(setting)=HOST:PORT."
    }
}
