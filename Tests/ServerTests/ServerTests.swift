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
            .partitionCountMax: "33",
            .requestByteCountMax: "4096", .queuedRequestByteCountMax: "200000000",
            .queuedAnswerByteCountMax: "1048576", .idleTime: "1000", .connectionCountMax: "5",
            .sessionTimeoutMin: "10", .sessionTimeoutMax: "20", .initialRebalanceDelay: "30",
            .consumerSessionTimeout: "21", .consumerHeartbeatInterval: "22",
            .consumerMemberCountMax: "23",
            .offsetsRetention: "40", .retentionByteCount: "50", .logLevel: "debug",
            .logFormat: "json",
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
            ("listen = h:-1", "f:1: the setting listen"),
            ("listen = :1", "f:1: the setting listen"),
            ("listen = ::1:9092", "[HOST]:PORT for IPv6"),
            ("listen = []:9092", "f:1: the setting listen"),
            ("listen = a b:9092", "f:1: the setting listen"),
            ("advertised = h:0", "a port from 1 to 65535"),
            ("data =", "a directory"),
            ("data = a\tb", "without control characters"),
            ("broker.id = 2147483648", "a number from 0 to 2147483647"),
            ("log.level = loud", "trace, debug, info, notice, warning, error or critical"),
            ("log.format = xml", "text or json"),
            ("num.partitions = 99999999999999999999", "a number from 1 to 10000"),
            ("num.partitions = 0", "a number from 1 to 10000"),
            ("num.partitions = 10001", "a number from 1 to 10000"),
            ("max.partitions = 0", "a number from 1 to 10000000"),
            ("max.partitions = 10000001", "a number from 1 to 10000000"),
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

    @Test(
        "An address keeps its form, IPv6 in brackets",
        arguments: [
            ("[::1]:9092", "::1", 9_092), ("h:0", "h", 0), ("127.0.0.1:65535", "127.0.0.1", 65_535),
        ])
    func addresses(text: String, host: String, port: Int) throws {
        var configuration = ServerConfiguration()
        try configuration.set("listen", to: text, from: .flag)
        #expect(configuration.listen == KafkaSettings.Address(host: host, port: port))
        #expect(configuration.listen.text == text)
    }

    private func problem(
        _ change: (inout ServerConfiguration) throws(ConfigurationError) -> Void
    ) -> ConfigurationError? {
        var configuration = ServerConfiguration()
        do throws(ConfigurationError) { try change(&configuration) } catch { return error }
        return nil
    }

    @Test("A value is refused behind its limit", arguments: [-1, 0, 1])
    func valueLimit(excess: Int) {
        let limit = ServerLimits.valueByteCountMax
        let value = String(repeating: "d", count: limit + excess)
        let problem = problem { configuration throws(ConfigurationError) in
            try configuration.set("data", to: value, from: .flag)
        }
        #expect((problem == .tooLong(what: "a setting's value", limit: limit)) == (excess > 0))
    }

    @Test("A file is refused behind its limit", arguments: [-1, 0, 1])
    func fileLimit(excess: Int) {
        let limit = ServerLimits.fileByteCountMax
        let file = "#" + String(repeating: "c", count: limit - 1 + excess)
        let problem = problem { configuration throws(ConfigurationError) in
            try configuration.read(file: file, named: "f")
        }
        #expect((problem == .tooLong(what: "f", limit: limit)) == (excess > 0))
    }

    @Test("Lines end as any system ends them")
    func lineEnds() throws {
        var configuration = ServerConfiguration()
        try configuration.read(
            file: "num.partitions = 2\r\nbroker.id = 3\rdata = a\u{2028}b", named: "f")
        #expect(configuration.kafka.partitionCount == 2)
        #expect(configuration.kafka.nodeID == 3)
        #expect(configuration.directory == "a\u{2028}b")
    }

    @Test("Flags are NAME=VALUE; a value may hold a = too")
    func flags() throws {
        var configuration = ServerConfiguration()
        try configuration.read(flags: ["data=a=b", "log.format = json"])
        #expect(configuration.directory == "a=b")
        #expect(configuration.logFormat == .json)
        let problem = problem { configuration throws(ConfigurationError) in
            try configuration.read(flags: ["data"])
        }
        #expect(problem == .noSetting(line: "data"))
    }

    @Test("A variable that is wrong is named; empty ones and those of no setting say nothing")
    func variables() throws {
        #expect(ServerConfiguration.variable(of: .partitionCount) == "SLUICE_NUM_PARTITIONS")
        #expect(ServerConfiguration.variable(of: .data) == "SLUICE_DATA")
        var configuration = ServerConfiguration()
        let values = ["SLUICE_DATA": "d", "SLUICE_LISTEN": "", "SLUICE_SOMETHING": "x"]
        try configuration.read(variables: { values[$0] })
        #expect(configuration.directory == "d")
        #expect(configuration.origins == [.data: .environment])
        let problem = problem { configuration throws(ConfigurationError) in
            try configuration.read(variables: { $0 == "SLUICE_DURABILITY" ? "never" : nil })
        }
        #expect(
            problem?.description.hasPrefix("the variable SLUICE_DURABILITY: the setting") == true)
    }

    @Test("The least session is at most the longest", arguments: [(5, 5, true), (6, 5, false)])
    func sessions(least: Int, most: Int, isAccepted: Bool) throws {
        var configuration = ServerConfiguration()
        try configuration.read(flags: [
            "group.min.session.timeout.ms=\(least)", "group.max.session.timeout.ms=\(most)",
        ])
        let set = configuration
        let problem = problem { _ throws(ConfigurationError) in try set.check() }
        #expect((problem == nil) == isAccepted)
    }

    @Test("Members come again within their sessions", arguments: [(5, 5, true), (6, 5, false)])
    func heartbeats(interval: Int, session: Int, isAccepted: Bool) throws {
        var configuration = ServerConfiguration()
        try configuration.read(flags: [
            "group.consumer.heartbeat.interval.ms=\(interval)",
            "group.consumer.session.timeout.ms=\(session)",
        ])
        let set = configuration
        let problem = problem { _ throws(ConfigurationError) in try set.check() }
        #expect((problem == nil) == isAccepted)
    }

    @Test("One request fits into the memory for all", arguments: [(0, true), (1, false)])
    func memory(more: Int, isAccepted: Bool) throws {
        var configuration = ServerConfiguration()
        try configuration.read(flags: [
            "socket.request.max.bytes=\((1 << 20) + more)", "queued.max.request.bytes=1048576",
        ])
        let set = configuration
        let problem = problem { _ throws(ConfigurationError) in try set.check() }
        #expect((problem == nil) == isAccepted)
    }

    @Test("A server is ready between its start and its stop")
    func phases() {
        let phase = ServerPhase()
        #expect(phase.notReady == "starting")
        phase.enter(.serving)
        #expect(phase.notReady == nil)
        phase.enter(.stopping)
        #expect(phase.notReady == "stopping")
    }
}
