extension Array {
    /// The first element of each key, in order.
    ///
    /// Requests that describe things name each once: named a thousand times, a topic of many
    /// partitions would be an answer that no memory holds. Kafka answers once, too.
    func distinct<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
        var seen: Set<Key> = []
        return filter { seen.insert(key($0)).inserted }
    }
}
