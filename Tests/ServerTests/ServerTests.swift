import KafkaGateway
import Testing

@testable import Server

@Suite("The server's configuration")
struct ServerTests {
    @Test("Without settings it serves Kafka's port on all addresses")
    func defaults() {
        let configuration = ServerConfiguration()
        #expect(configuration.listen == KafkaSettings.Address(host: "0.0.0.0", port: 9_092))
        #expect(configuration.kafka.advertised == nil)
    }

    @Test("What is printed is a file that says the same", arguments: ServerSetting.allCases)
    func printed(setting: ServerSetting) throws {
        var changed = ServerConfiguration()
        let samples: [ServerSetting: String] = [
            .data: "/tmp/d", .listen: "h:1", .advertised: "a:2", .httpListen: "off",
            .durability: "os", .brokerID: "7", .createsTopics: "false", .partitionCount: "3",
            .requestByteCountMax: "4096", .idleTime: "1000", .connectionCountMax: "5",
            .sessionTimeoutMin: "10", .sessionTimeoutMax: "20", .initialRebalanceDelay: "30",
            .offsetsRetention: "40", .retentionByteCount: "50",
        ]
        let sample = try #require(samples[setting])
        try changed.set(setting.rawValue, to: sample, from: .flag)
        #expect(setting.text(in: changed) == sample)
        var read = ServerConfiguration()
        try read.read(file: changed.file, named: "f")
        for other in ServerSetting.allCases {
            #expect(other.text(in: read) == other.text(in: changed))
        }
    }

    @Test("A flag counts more than a variable, a variable more than a file")
    func precedence() throws {
        var configuration = ServerConfiguration()
        try configuration.set("num.partitions", to: "3", from: .flag)
        try configuration.set("num.partitions", to: "4", from: .environment)
        try configuration.set("broker.id", to: "5", from: .environment)
        try configuration.read(
            file: "# comment\n\n num.partitions=6 \nbroker.id = 7\nmax.connections = 8", named: "f")
        #expect(configuration.kafka.partitionCount == 3)
        #expect(configuration.kafka.nodeID == 5)
        #expect(configuration.kafka.connectionCountMax == 8)
        #expect(configuration.origins[.brokerID] == .environment)
    }

    @Test(
        "A wrong file is refused with its line and what to do",
        arguments: [
            ("a = 1", "f:1: there is no setting 'a'."),
            ("\nnum.partition = 1", "f:2: there is no setting 'num.partition'. Did you mean"),
            ("listen", "f:1: 'listen' is no setting"),
            ("listen = nowhere", "f:1: the setting listen cannot be 'nowhere'"),
            ("listen = h:65536", "f:1: the setting listen"),
            ("num.partitions = 0", "a number from 1 to 10000"),
            ("num.partitions = 10001", "a number from 1 to 10000"),
            ("durability = never", "fsync or os"),
            ("auto.create.topics.enable = yes", "true or false"),
        ])
    func refusals(file: String, words: String) {
        var configuration = ServerConfiguration()
        var text = ""
        do throws(ConfigurationError) { try configuration.read(file: file, named: "f") } catch {
            text = error.description
        }
        #expect(text.contains(words), "\(text)")
    }

    @Test("A variable's name is the setting's in capitals")
    func variables() {
        #expect(ServerConfiguration.variable(of: .partitionCount) == "SLUICE_NUM_PARTITIONS")
        #expect(ServerConfiguration.variable(of: .data) == "SLUICE_DATA")
    }
}
