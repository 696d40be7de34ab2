import Logging
import Platform
import Synchronization
import Testing

@testable import Server

@Suite("Lines of the server's log")
struct LogLineTests {
    private final class Lines: Sendable {
        private let state = Mutex<[String]>([])

        var all: [String] { state.withLock { $0 } }

        func add(_ bytes: [UInt8]) {
            state.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        }
    }

    private func line(_ format: LogFormat, _ message: String, _ values: [(String, String)])
        -> String
    {
        let line = LogLine(
            milliseconds: 1_700_000_000_123, level: .info, message: message, values: values)
        return String(decoding: line.bytes(format), as: UTF8.self)
    }

    @Test("Text has time, level, message and values, which nothing in a value can imitate")
    func text() {
        #expect(
            line(.text, "serving Kafka clients", [("address", "127.0.0.1:9092")])
                == "2023-11-14T22:13:20.123Z info serving Kafka clients address=127.0.0.1:9092\n")
        #expect(
            line(.text, "m", [("a", ""), ("b", "x y"), ("c", "p=q"), ("d", "1\n2\"\u{7F}")])
                .hasSuffix(" m a=\"\" b=\"x y\" c=\"p=q\" d=\"1\\n2\\\"\u{7F}\"\n"))
        #expect(line(.text, "a\nb", []).hasSuffix(" info \"a\\nb\"\n"))
    }

    @Test("JSON is one object a line; a value's key cannot hide a field of every line")
    func json() {
        #expect(
            line(.json, "a \"b\"", [("level", "\n"), ("n", "1")])
                == "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\","
                + "\"message\":\"a \\\"b\\\"\",\"level_\":\"\\n\",\"n\":\"1\"}\n")
    }

    @Test("A value is cut behind the limit, not at it", arguments: [-1, 0, 1])
    func limit(excess: Int) {
        let value = String(repeating: "x", count: LogLine.textByteCountMax + excess)
        let kept = String(repeating: "x", count: min(value.count, LogLine.textByteCountMax))
        let mark = excess > 0 ? LogLine.cutMark : ""
        #expect(line(.text, "m", [("k", value)]).hasSuffix(" k=\(kept)\(mark)\n"))
        #expect(line(.json, "m", [("k", value)]).hasSuffix("\"k\":\"\(kept)\(mark)\"}\n"))
    }

    @Test("A logger writes what its level admits, its own values below those of the event")
    func handler() {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in
            LineLogHandler(
                level: .notice, format: .text, clock: ManualClock(wallMilliseconds: 0),
                write: lines.add)
        }
        logger[metadataKey: "a"] = "1"
        logger[metadataKey: "b"] = "2"
        logger.info("not told")
        logger.error("told", metadata: ["b": "3", "c": ["x", "y"]])
        #expect(
            lines.all == [
                "1970-01-01T00:00:00.000Z error told a=1 b=3 c=\"[\\\"x\\\", \\\"y\\\"]\"\n"
            ])
    }
}
