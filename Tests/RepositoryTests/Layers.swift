/// The architecture: each module and its layer (DESIGN.md §2).
///
/// A module imports only modules of lower layers. Think hard before you edit this table.
///
/// `Platform` is at layer 2, not beside `Bytes`: files read and write spans, and the one place of
/// unsafe loads has to be below everything. Layers 5 to 7 are for wire protocols, gateways, server.
enum Layers {
    struct Module {
        let name: String
        let folder: String
        let layer: Int
    }

    static let modules = [
        Module(name: "CPCRE2", folder: "Sources/CPCRE2", layer: 0),
        Module(name: "CZstd", folder: "Sources/CZstd", layer: 0),
        Module(name: "CZlib", folder: "Sources/CZlib", layer: 0),
        Module(name: "CLz4", folder: "Sources/CLz4", layer: 0),
        Module(name: "CSnappy", folder: "Sources/CSnappy", layer: 0),
        Module(name: "CIntrinsics", folder: "Sources/CIntrinsics", layer: 0),
        Module(name: "Bytes", folder: "Sources/Bytes", layer: 1),
        Module(name: "Platform", folder: "Sources/Platform", layer: 2),
        Module(name: "Records", folder: "Sources/Records", layer: 2),
        Module(name: "Expressions", folder: "Sources/Expressions", layer: 2),
        Module(name: "Filters", folder: "Filters", layer: 3),
        Module(name: "Connectors", folder: "Connectors", layer: 3),
        Module(name: "CommitLog", folder: "Sources/CommitLog", layer: 3),
        Module(name: "Broker", folder: "Sources/Broker", layer: 4),
        Module(name: "Streams", folder: "Sources/Streams", layer: 4),
        Module(name: "KafkaWire", folder: "Sources/KafkaWire", layer: 5),
        Module(name: "KafkaGateway", folder: "Sources/KafkaGateway", layer: 6),
        Module(name: "BrokerClient", folder: "Sources/BrokerClient", layer: 6),
        Module(name: "HTTPGateway", folder: "Sources/HTTPGateway", layer: 6),
        Module(name: "Server", folder: "Sources/Server", layer: 7),
        Module(name: "sluice", folder: "Sources/sluice", layer: 8),
    ]

    /// Modules from elsewhere that any module may import.
    static let foreign: Set<String> = ["Swift", "Synchronization", "SystemPackage"]

    /// Modules from elsewhere that only some modules may import, and why.
    static let foreignOnlyIn: [String: Set<String>] = [
        // The C library, where swift-system and the standard library lack a call.
        "Glibc": ["Bytes", "Platform"],
        "Musl": ["Bytes", "Platform"],
        "ArgumentParser": ["sluice"],
        "Histogram": ["sluice"],
        // Sockets.
        "NIOCore": ["KafkaWire", "KafkaGateway", "BrokerClient", "HTTPGateway", "Server"],
        "NIOPosix": ["KafkaGateway", "HTTPGateway", "Server"],
        "NIOHTTP1": ["HTTPGateway"],
        "Logging": ["KafkaGateway", "Server", "sluice"],
    ]
}
