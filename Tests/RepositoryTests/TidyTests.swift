import Foundation
import Testing

@Suite("Tidiness")
struct TidyTests {
    /// What must not be written, where it may be all the same, and what to write instead.
    struct Ban: Sendable {
        let text: String
        let allowedIn: [String]
        let instead: String
    }

    static let bans: [Ban] = [
        Ban(text: "Task.sleep", allowedIn: [], instead: "wait on an event"),
        Ban(text: "Date()", allowedIn: [], instead: "Platform's Clock"),
        Ban(
            text: "ContinuousClock()", allowedIn: ["Sources/Platform/"], instead: "Platform's Clock"
        ),
        Ban(
            text: "SystemRandomNumberGenerator", allowedIn: ["Sources/Platform/"],
            instead: "Platform's Randomness"),
        Ban(text: "import Foundation", allowedIn: [], instead: "Platform, Bytes, swift-system"),
        Ban(text: "try!", allowedIn: [], instead: "an error"),
        Ban(text: "-Ounchecked", allowedIn: [], instead: "nothing: it removes checks"),
        Ban(text: "TO" + "DO", allowedIn: [], instead: "an issue"),
        Ban(text: "FIX" + "ME", allowedIn: [], instead: "an issue"),
    ]

    @Test("Banned words stay out of the modules", arguments: bans.map(\.text))
    func banned(_ text: String) throws {
        let ban = try #require(Self.bans.first { $0.text == text })
        for file in try Repository.moduleFiles()
        where !ban.allowedIn.contains(where: file.path.hasPrefix) {
            for (index, line) in file.lines.enumerated() where line.contains(ban.text) {
                Issue.record("\(file.path):\(index + 1): \(ban.text); use \(ban.instead)")
            }
        }
    }

    /// Long because they are one table.
    static let tables = ["CaseFoldingTable.swift", "CaseMapping.swift"]
    static let lineCountMax = 500
    static let functionLineCountMax = 70

    @Test("No file has more than 500 lines and no function more than 70")
    func lengths() throws {
        for file in try Repository.moduleFiles() {
            if Self.tables.contains(where: file.path.hasSuffix) { continue }
            #expect(
                file.lines.count <= Self.lineCountMax, "\(file.path): \(file.lines.count) lines")
            for (line, count) in Self.functions(file.lines) where count > Self.functionLineCountMax
            {
                Issue.record("\(file.path):\(line): a function of \(count) lines")
            }
        }
    }

    /// Start line and length of each function, by the indentation of its closing brace.
    private static func functions(_ lines: [String]) -> [(Int, Int)] {
        var found: [(Int, Int)] = []
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " }
            let words = text.split(separator: " ", maxSplits: 6).map(String.init)
            guard words.contains("func"), !text.hasPrefix("//") else { continue }
            let closing = String(repeating: " ", count: line.count - text.count) + "}"
            let end = lines[index...].firstIndex { $0 == closing }
            if let end, !text.hasSuffix("}") { found.append((index + 1, end - index + 1)) }
        }
        return found
    }

    @Test(
        "Every module has its page", arguments: Layers.modules.filter { $0.layer > 0 }.map(\.name))
    func pages(_ name: String) throws {
        let module = try #require(Layers.modules.first { $0.name == name })
        let page = Repository.root.appending(path: "\(module.folder)/\(name).docc/\(name).md")
        let text = try? String(contentsOf: page, encoding: .utf8)
        #expect(
            (text?.count ?? 0) > 400, "\(module.folder)/\(name).docc/\(name).md is missing or empty"
        )
    }

    @Test("No unsafe concurrency without its proof")
    func proofs() throws {
        for file in try Repository.moduleFiles() {
            for (index, line) in file.lines.enumerated() {
                let isClaim = ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"]
                    .contains(where: line.contains)
                guard isClaim, Repository.isCode(line) else { continue }
                let near = file.lines[max(0, index - 12)..<min(file.lines.count, index + 4)]
                #expect(
                    near.contains { $0.contains("SAFETY") }, "\(file.path):\(index + 1): no proof")
            }
        }
    }

    // The compiler accepts such a member and never inlines it elsewhere: loops of other modules paid
    // 23 ns a row for walking a selection.
    @Test("An inlinable member belongs to a type that is usable from inlined code")
    func inlinable() throws {
        for file in try Repository.moduleFiles() {
            var type = ""
            for (index, line) in file.lines.enumerated() where Repository.isCode(line) {
                if line.hasPrefix("package ") || line.hasPrefix("@") || line.hasPrefix("extension ")
                {
                    type = line
                }
                guard line.hasPrefix(" "), line.contains("@inlinable") else { continue }
                #expect(
                    !type.hasPrefix("package "),
                    "\(file.path):\(index + 1): mark the type @usableFromInline")
            }
        }
    }
}
