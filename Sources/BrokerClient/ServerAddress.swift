/// Where a server listens.
package struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    package let host: String
    /// 1 to 65,535.
    package let port: Int

    /// Kafka's own.
    package static let defaultPort = 9092

    /// Reads `host`, `host:port` or `[address]:port`; nil if it is none of them.
    package init?(_ text: String) {
        var (host, rest) = (text[...], Substring())
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if let colon = text.lastIndex(of: ":") {
            // More than one colon without brackets is an address without a port.
            if text.firstIndex(of: ":") == colon { (host, rest) = (text[..<colon], text[colon...]) }
        }
        guard !host.isEmpty, host.allSatisfy({ !$0.isWhitespace }) else { return nil }
        if rest.isEmpty {
            port = Self.defaultPort
        } else {
            guard rest.hasPrefix(":"), let number = Int(rest.dropFirst()),
                (1...65_535).contains(number)
            else { return nil }
            port = number
        }
        self.host = String(host)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
