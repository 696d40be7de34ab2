import CommitLog
package import Platform

extension Broker {
    /// The name of the data for clients that must not mix up two clusters; made at the first call
    /// and kept from then on, durable on return.
    ///
    /// 22 letters that stand for a random UUID, as Kafka's.
    package func establishClusterID(
        randomness: any Randomness = SystemRandomness()
    ) throws(BrokerError) -> String {
        let key = StateKey.make("cluster.id")
        if let known = log.value(table: StateTable.facts.rawValue, key: key) {
            return String(decoding: known, as: UTF8.self)
        }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var name: [UInt8] = []
        for _ in 0..<22 { name.append(letters[Int(randomness.next() % 64)]) }
        try append([.put(table: StateTable.facts.rawValue, key: key, value: name)])
        return String(decoding: name, as: UTF8.self)
    }
}
