// swift-tools-version: 6.3
import PackageDescription

let upcomingFeatures = [
    "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
    "InferIsolatedConformances", "NonisolatedNonsendingByDefault", "ImmutableWeakCaptures",
]

/// Every target of ours: Swift 6 mode, strict memory safety, warnings are errors.
let settings: [SwiftSetting] =
    upcomingFeatures.map { .enableUpcomingFeature($0) } + [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
        .enableExperimentalFeature("Lifetimes"),
    ]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// A module of ours and the tests of the same name.
func module(
    _ name: String, path: String? = nil, _ dependencies: [Target.Dependency],
    tests: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.byName(name: name)] + dependencies + tests,
            swiftSettings: settings),
    ]
}

// The order is that of the layers (DESIGN.md §2, Tests/RepositoryTests/Layers.swift): a module
// names only modules above it in this list.
var targets: [Target] = [
    .systemLibrary(
        name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .target(name: "CIntrinsics"),
]
targets += module("Bytes", ["CIntrinsics"])
targets += module("Platform", ["Bytes", "CIntrinsics", system])
targets += module("Records", ["Bytes", "CZstd", "CZlib", "CLz4", "CSnappy"])
targets += module("Expressions", ["Bytes", "CPCRE2"])
targets += module("Filters", path: "Filters", ["Bytes", "Records", "Expressions"])
targets += module(
    "Connectors", path: "Connectors",
    ["Bytes", "Platform", "Records", "Expressions", "CZstd", "CZlib", system])
targets += module("CommitLog", ["Bytes", "Platform", "Records", system])
targets += module(
    "Broker",
    ["Bytes", "Platform", "Records", "Expressions", "Filters", "Connectors", "CommitLog", system])
targets += module(
    "Streams", ["Bytes", "Records", "Expressions", "Filters", "Connectors"], tests: ["Platform"])
targets += module("KafkaWire", [nio])
targets += module(
    "KafkaGateway",
    [
        "Bytes", "Platform", "Records", "Filters", "Connectors", "CommitLog", "Broker", "KafkaWire",
        nio, nioPosix, logging,
    ], tests: [nioEmbedded, system])
targets += module(
    "BrokerClient",
    [
        "Bytes", "Platform", "Records", "Expressions", "Filters", "Connectors", "CommitLog",
        "Broker", "KafkaWire", nio,
    ], tests: ["KafkaGateway", nioPosix, logging, system])
targets += module(
    "HTTPGateway", [nio, nioPosix, nioHTTP1], tests: [nioEmbedded])
targets += module(
    "Server",
    [
        "Bytes", "Platform", "Expressions", "CommitLog", "Broker", "KafkaWire", "KafkaGateway",
        "HTTPGateway", nio, nioPosix, logging, system,
    ])
targets += [
    .executableTarget(
        name: "sluice",
        dependencies: [
            "Bytes", "Platform", "Records", "Expressions", "Filters", "Connectors", "CommitLog",
            "Broker", "Streams", "KafkaGateway", "BrokerClient", "Server", logging, system,
            arguments,
            histogram,
        ], swiftSettings: settings),
    .testTarget(
        name: "CommandTests",
        dependencies: [
            "Bytes", "Platform", "Records", "Expressions", "CommitLog", system, arguments, "sluice",
        ],
        swiftSettings: settings),
    .testTarget(name: "RepositoryTests", swiftSettings: settings),
]

// Fuzzers are built on demand only (see Tests/Fuzzers/README.md): libFuzzer brings the entry point.
var products: [Product] = [.executable(name: "sluice", targets: ["sluice"])]
if Context.environment["SLUICE_FUZZERS"] != nil {
    targets.append(
        .executableTarget(
            name: "ExpressionFuzzer", dependencies: ["Bytes", "Expressions"],
            path: "Tests/Fuzzers/Expressions",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
    products.append(.executable(name: "ExpressionFuzzer", targets: ["ExpressionFuzzer"]))
}

let package = Package(
    name: "Sluice",
    products: products,
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: targets
)
