import Foundation
import Testing

@Suite("Commands on a running server", .timeLimit(.minutes(3)))
struct ServerCommandTests {
    private static let sample = Workbench.root.appending(
        path: "Samples/flights-2013-01.jsonl.zst"
    ).path

    @Test("An import whose server is killed goes on where it was, and nothing comes twice")
    func killedImport() throws {
        let scratch = try Scratch()
        let lines = (0..<400_000).map { "{\"n\":\($0)}\n" }.joined()
        try scratch.write(lines, to: "n.jsonl")
        let arguments = ["import", "n.jsonl", "--topic", "n"]
        var server = try ServerProcess(scratch, data: "data")
        let port = server.port
        var kills = 0
        for delay in [120_000, 180_000, 240_000, 300_000] as [UInt32] {
            let running = server
            let process = running.processIdentifier
            let killer = Thread {
                usleep(delay)
                kill(process, SIGKILL)
            }
            killer.start()
            let outcome = try SluiceProcess.run(
                arguments, in: scratch, environment: running.environment)
            while !killer.isFinished { usleep(1_000) }
            running.kill()
            if outcome.status == 1 {
                kills += 1
                #expect(outcome.error.contains("127.0.0.1:\(port)"), "\(outcome.error)")
            }
            server = try ServerProcess(scratch, data: "data", port: port)
        }
        #expect(kills > 0, "the server was never killed while it was in use")
        let last = try SluiceProcess.run(arguments, in: scratch, environment: server.environment)
        #expect(last.status == 0, "\(last.error)")
        let all = try SluiceProcess.run(
            ["consume", "n"], in: scratch, environment: server.environment)
        #expect(all.output == lines)
        #expect(server.stop() == 0)
    }

    @Test("A job's result over a server is byte for byte that of a directory")
    func sql() throws {
        let scratch = try Scratch()
        let server = try ServerProcess(scratch, data: "remote")
        let script = """
            CREATE STREAM f WITH (topic = 'f', format = 'json', event_time = 'ts');
            INSERT INTO hours SELECT window_start, origin, COUNT(*) AS n, MAX(dep_delay) AS d
            FROM TUMBLE(f, INTERVAL '1' HOUR) GROUP BY window_start, origin
            """
        var results: [String] = []
        for environment in [server.environment, ["SLUICE_DATA": scratch.path("local")]] {
            for arguments in [
                ["import", Self.sample, "--topic", "f", "--timestamp", "ts"],
                ["topic", "create", "hours", "--format", "json", "--partitions", "3"],
                ["sql", "-e", script], ["sql", "-e", script],
            ] {
                let outcome = try SluiceProcess.run(
                    arguments, in: scratch, environment: environment)
                #expect(outcome.status == 0, "\(arguments)\n\(outcome.error)")
            }
            let outcome = try SluiceProcess.run(
                ["consume", "hours", "-f", "%p %o %s\\n"], in: scratch, environment: environment)
            results.append(outcome.output)
        }
        #expect(results[0] == results[1])
        #expect(results[0].split(separator: "\n").count == 1_631)
    }

    @Test(
        "A subscription gives a group the same records, once, with and without the server's filter")
    func subscription() throws {
        let scratch = try Scratch()
        let server = try ServerProcess(scratch, data: "data")
        func run(_ arguments: [String]) throws -> SluiceProcess.Outcome {
            let outcome = try SluiceProcess.run(
                arguments, in: scratch, environment: server.environment)
            #expect(outcome.status == 0, "\(arguments)\n\(outcome.error)")
            return outcome
        }
        _ = try run(["import", Self.sample, "--topic", "f", "--timestamp", "ts"])
        _ = try run([
            "subscription", "create", "late", "--topic", "f", "--where", "dep_delay > 300",
        ])
        let all = try run(["consume", "late"]).output
        #expect(!all.isEmpty)
        #expect(try run(["consume", "late", "--no-index"]).output == all)
        #expect(try run(["consume", "f", "--where", "dep_delay > 300"]).output == all)
        #expect(try run(["consume", "late", "-g", "g"]).output == all)
        #expect(try run(["consume", "late", "-g", "g"]).output == "")
        #expect(try run(["group", "list", "-o", "json"]).output.contains("\"left\":0"))
        _ = try run(["group", "reset", "g", "--on", "late", "--to", "earliest"])
        #expect(try run(["consume", "late", "-g", "g", "--limit", "2"]).lines.count == 2)
        let rest = try run(["consume", "late", "-g", "g"]).lines
        #expect(rest == Array(all.split(separator: "\n").dropFirst(2).map(String.init)))
    }

    @Test("--follow prints what comes, until it is interrupted")
    func follow() throws {
        let scratch = try Scratch()
        let server = try ServerProcess(scratch, data: "data")
        let script = """
            sluice topic create t --partitions 2 > /dev/null
            ( timeout -s INT 20 "$0" consume t --follow --limit 4 > followed; echo $? > status ) &
            sleep 0.3; seq 2 | sluice produce t; sleep 0.7; seq 3 4 | sluice produce t; wait
            sort followed; cat status
            """
        let outcome = try SluiceProcess.shell(
            script.replacingOccurrences(of: "\"$0\"", with: "'\(SluiceProcess.program)'"),
            in: scratch, environment: server.environment)
        #expect(outcome.lines.suffix(5) == ["1", "2", "3", "4", "0"], "\(outcome.error)")
    }

    @Test("A place is chosen by options, then variables, then the context in use")
    func contexts() throws {
        let scratch = try Scratch()
        let server = try ServerProcess(scratch, data: "served")
        var environment = ["SLUICE_CONFIG": scratch.path("config/contexts")]
        func run(_ arguments: [String]) throws -> SluiceProcess.Outcome {
            try SluiceProcess.run(arguments, in: scratch, environment: environment)
        }
        func topics(_ arguments: [String] = []) throws -> [String] {
            let outcome = try run(["topic", "list", "-o", "json"] + arguments)
            return outcome.lines.compactMap { $0.split(separator: "\"").dropFirst(3).first }
                .map(String.init)
        }
        #expect(try run(["topic", "create", "a", "--server", server.address]).status == 0)
        #expect(try run(["topic", "create", "b", "--data", scratch.path("b")]).status == 0)
        #expect(try run(["topic", "create", "c"]).status == 0)
        #expect(try run(["context", "set", "here", "--server", server.address]).status == 0)
        #expect(try run(["context", "set", "there", "--data", "b"]).status == 0)
        #expect(try topics() == ["c"])
        #expect(try topics(["--context", "here"]) == ["a"])
        #expect(try topics(["--context", "there"]) == ["b"])
        #expect(try run(["context", "use", "here"]).status == 0)
        #expect(try topics() == ["a"])
        environment["SLUICE_CONTEXT"] = "there"
        #expect(try topics() == ["b"])
        environment["SLUICE_DATA"] = scratch.path("sluice-data")
        #expect(try topics() == ["c"])
        environment["SLUICE_SERVER"] = server.address
        #expect(try topics() == ["a"])
        #expect(try topics(["--data", scratch.path("b")]) == ["b"])
        let list = try run(["context", "list", "-o", "json"]).lines
        #expect(list.count == 2)
        #expect(list.first?.contains("\"in_use\":true") == true)
        let unknown = try run(["topic", "list", "--context", "her"])
        #expect(unknown.status == 2)
        #expect(unknown.error.contains("'here'"))
        #expect(try run(["topic", "list", "--context", "here", "--server", "x"]).status == 2)
        let slow = ["context", "set", "slow", "--server", server.address, "--timeout"]
        #expect(try run(slow + ["600"]).status == 0)
        #expect(try topics(["--context", "slow"]) == ["a"])
        #expect(try topics(["--context", "slow", "--timeout", "9"]) == ["a"])
        let times = try run(["context", "list", "-o", "json"]).lines.map {
            $0.contains("\"timeout_seconds\":600")
        }
        #expect(times == [false, true, false], "here, slow, there")
        for (seconds, status) in [("0", 2), ("1", 0), ("86400", 0), ("86401", 2)] as [(_, Int32)] {
            #expect(try run(slow + [seconds]).status == status, "\(seconds)")
            let once = ["topic", "list", "--server", server.address, "--timeout", seconds]
            #expect(try run(once).status == status, "\(seconds)")
        }
        #expect(try run(["topic", "list", "--data", "b", "--timeout", "9"]).status == 2)
        #expect(try run(["context", "set", "x", "--data", "b", "--timeout", "9"]).status == 2)
        #expect(try run(["context", "delete", "here"]).status == 0)
        #expect(try run(["context", "use", "here"]).status == 2)
        try scratch.write("use = there\n[there]\nserber = x\n", to: "config/contexts")
        environment["SLUICE_SERVER"] = nil
        environment["SLUICE_DATA"] = nil
        let damaged = try run(["topic", "list"])
        #expect(damaged.status == 2)
        #expect(damaged.error.contains("line 3"), "\(damaged.error)")
        for (line, words) in [
            ("server = x\ntimeout = 0", "line 4"), ("data = b\ntimeout = 9", "'there'"),
        ] {
            try scratch.write("use = there\n[there]\n\(line)\n", to: "config/contexts")
            let wrong = try run(["topic", "list"])
            #expect(wrong.status == 2 && wrong.error.contains(words), "\(wrong.error)")
        }
    }

    @Test("A server that is not there, is another, or holds the directory is named")
    func wrongPlaces() throws {
        let scratch = try Scratch()
        let none = try SluiceProcess.run(
            ["topic", "list", "--server", "127.0.0.1:1"], in: scratch)
        #expect(none.status == 1)
        #expect(none.error.contains("127.0.0.1:1"))
        #expect(none.error.contains("sluice serve"))
        let server = try ServerProcess(scratch, data: "data")
        let held = try SluiceProcess.run(["topic", "list", "--data", "data"], in: scratch)
        #expect(held.status == 1)
        #expect(held.error.contains("--server"), "\(held.error)")
        let followed = try SluiceProcess.run(
            ["consume", "t", "--follow", "--data", "data"], in: scratch)
        #expect(followed.status == 2)
        #expect(server.stop() == 0)
    }
}
