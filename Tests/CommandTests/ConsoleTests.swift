import Testing

@testable import sluice

@Suite("What people read")
struct ConsoleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let field: Field
        let text: String
        let json: String
        var testDescription: String { text }
    }

    @Test(
        "A value is said one way to people and another way to programs",
        arguments: [
            Row(field: .count(336_776), text: "336,776", json: "336776"),
            Row(field: .count(-1_000), text: "-1,000", json: "-1000"),
            Row(field: .bytes(1_023), text: "1023 B", json: "1023"),
            Row(field: .bytes(1_024), text: "1.00 KiB", json: "1024"),
            Row(field: .bytes(74_785_281), text: "71.3 MiB", json: "74785281"),
            Row(field: .bytes(500 << 30), text: "500 GiB", json: "536870912000"),
            Row(
                field: .time(1_357_035_300_000), text: "2013-01-01T10:15:00.000Z",
                json: "1357035300000"),
            Row(field: .seconds(0.000_000_25), text: "250 ns", json: "2.5e-07"),
            Row(field: .seconds(0.0421), text: "42 ms", json: "0.0421"),
            Row(field: .seconds(1.5), text: "1.50 s", json: "1.5"),
            Row(field: .seconds(125), text: "2 min 5 s", json: "125.0"),
            Row(field: .number(0.5), text: "0.500", json: "0.5"),
            Row(field: .flag(true), text: "yes", json: "true"),
            Row(field: .list(["a", "b\""]), text: "a, b\"", json: "[\"a\",\"b\\\"\"]"),
            Row(field: .list([]), text: "–", json: "[]"),
            Row(field: .text("a\tb"), text: "a\tb", json: "\"a\\tb\""),
            Row(
                field: .objects([[("at", .count(1)), ("why", .none)]]), text: "1",
                json: "[{\"at\":1,\"why\":null}]"),
            Row(field: .none, text: "–", json: "null"),
        ])
    func fields(_ row: Row) {
        var bytes: [UInt8] = []
        row.field.appendJSON(to: &bytes)
        #expect(row.field.text == row.text)
        #expect(String(decoding: bytes, as: UTF8.self) == row.json)
    }

    @Test("Wide characters take two columns, and control characters move no cursor")
    func widths() {
        #expect(TextWidth.of("naïve") == 5)
        #expect(TextWidth.of("日本") == 4)
        #expect(TextWidth.visible("a\u{1B}[2Jb") == "a\u{FFFD}[2Jb")
        #expect(TextWidth.pad("日", to: 4, right: true, isLast: false) == "  日")
    }

    @Test("Properties of one thing stand under each other, or are one object")
    func details() {
        var details = Details()
        details.add("name", .text("t"))
        details.add("bytes on disk", .bytes(2_048))
        #expect(details.text == "name:          t\nbytes on disk: 2.00 KiB")
        #expect(details.json == "{\"name\":\"t\",\"bytes_on_disk\":2048}")
    }

    @Test("Colour is for terminals, and not for those who do not want it")
    func colour() throws {
        let scratch = try Scratch()
        // script(1) gives the program a terminal.
        let line = "script -qec \"'\(SluiceProcess.program)' pipe nowhere\" /dev/null"
        let onTerminal = try SluiceProcess.shell(line, in: scratch, environment: ["TERM": "xterm"])
        #expect(onTerminal.output.hasPrefix("\u{1B}[1;31msluice:\u{1B}[0m cannot open nowhere"))
        let unwanted = try SluiceProcess.shell(
            line, in: scratch, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        #expect(unwanted.output.hasPrefix("sluice: cannot open nowhere"))
        let dumb = try SluiceProcess.shell(line, in: scratch, environment: ["TERM": "dumb"])
        #expect(dumb.output.hasPrefix("sluice: cannot open nowhere"))
    }
}
