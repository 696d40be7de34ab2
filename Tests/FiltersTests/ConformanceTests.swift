import Filters
import Foundation
import Testing

@Suite("The vectors of the specification")
struct ConformanceTests {
    /// A line of a vector file.
    struct Line: Sendable, CustomTestStringConvertible {
        let file: String
        let number: Int
        let bytes: [UInt8]
        var testDescription: String { "\(file):\(number)" }
    }

    static let counts = [
        "expressions.jsonl": 584, "tags.jsonl": 63, "patterns.jsonl": 101,
    ]

    /// Reads `Tests/Vectors/<name>`.
    private static func lines(_ name: String) throws -> [Line] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/\(name)")
        let bytes = try Array(Data(contentsOf: file))
        return bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            Line(file: name, number: index + 1, bytes: Array(line))
        }
    }

    @Test("Every vector gives its result", arguments: counts.keys.sorted())
    func vectors(_ name: String) throws {
        let lines = try Self.lines(name)
        #expect(lines.count == Self.counts[name])
        for line in lines {
            let vector = try ConformanceVector(line.bytes)
            let outcome = vector.run()
            #expect(outcome.found == outcome.expected, "\(vector.id): \(vector.why)")
        }
    }

    @Test(
        "A vector that expects something else fails, whatever it binds",
        arguments: [
            (#"{"id":"t","expr":"a","tag":"a","expect":"no"}"#, "match"),
            (
                #"{"id":"t","expr":"a||b","tag":"a","expect":"match","parsed":["a"]}"#,
                #"match, tags ["a", "b"]"#
            ),
            (#"{"id":"t","expr":null,"tag":"a","expect":"match","hash":96}"#, "match, hash 97"),
            (#"{"id":"t","pattern":"b","subject":"abc","expect":"no"}"#, "match"),
            (
                #"{"id":"t","pattern":"(b)|(x)","subject":"abc","expect":"match","spans":[[1,2]]}"#,
                "match [[1,2],[1,2]]"
            ),
            (
                #"{"id":"t","pattern":"(","expect":"error:pattern","error":{"code":1,"offset":1}}"#,
                "error:pattern code 114 at 1"
            ),
            (
                #"{"id":"t","dialect":"sluice","expr":"a = ","message":{},"expect":"error:syntax","#
                    + #""at":3}"#, "error:syntax at 4"
            ),
            (
                #"{"id":"t","dialect":"sluice","expr":"a = 1","message":{"properties":{"a":1}},"#
                    + #""expect":"unknown"}"#, "match"
            ),
        ])
    func failures(_ line: String, _ found: String) throws {
        let outcome = try ConformanceVector(Array(line.utf8)).run()
        #expect(outcome.found == found)
        #expect(!outcome.isPassed)
    }

    @Test(
        "A line that is no vector is refused with the reason, and never skipped",
        arguments: [
            (#"{"id":"t""#, "not JSON: byte 9: the document ends too early"),
            ("[1]", "a JSON object was expected"),
            (#"{"expr":"a"}"#, "the field 'id' is missing or is no text"),
            (
                #"{"id":"t","job":"x"}"#,
                "this is no vector of an expression, a tag expression or a pattern: "
                    + "it has neither 'expr' nor 'pattern'"
            ),
            (
                #"{"id":"t","expr":"a","tag":1,"expect":"no"}"#, "the field 'tag' is no text"
            ),
            (
                #"{"id":"t","pattern_b64":"a","expect":"no"}"#,
                "the field 'pattern_b64' is no base64"
            ),
            (
                #"{"id":"t","expr":"a","tag":"a","expect":"unknown"}"#,
                "'expect' is 'unknown', which is none of match, no, error:empty, error:limit"
            ),
            (
                #"{"id":"t","dialect":"ansi","expr":"a","message":{},"expect":"no"}"#,
                "there is no dialect 'ansi'; the dialects are sluice, rocketmq, jms"
            ),
            (
                #"{"id":"t","dialect":"jms","expr":"a","message":{"properties":{"a":[]}},"#
                    + #""expect":"no"}"#,
                "a property is neither a scalar nor one of double, bytes and rawbytes"
            ),
        ])
    func unreadable(_ line: String, _ reason: String) {
        do throws(VectorError) {
            _ = try ConformanceVector(Array(line.utf8))
            Issue.record("\(line) was read")
        } catch {
            #expect(error.description == reason)
        }
    }
}
