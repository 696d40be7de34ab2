/// The commands of a tour in Markdown, as a reader would type them.
///
/// They are taken from the fenced blocks below a heading: every command of an `sh` block, and of a
/// `console` block those behind `$ `, with the output that the page promises.
struct Tour {
    /// One command.
    struct Step: Equatable {
        /// Counts lines of the page from 1.
        let line: Int
        let command: String
        /// What the page shows as its output; nil if it shows none.
        let expectedOutput: String?
    }

    private(set) var steps: [Step] = []

    /// A line of this alone stands for any number of lines of output.
    static let ellipsis = "…"

    /// Reads the section from `heading` up to the next heading of its level or above.
    init(markdown: String, heading: String) {
        let level = heading.prefix { $0 == "#" }.count
        var isInside = false
        var fence: String?  // The language of the block that is open.
        var block: [(line: Int, text: String)] = []
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                guard let language = fence else {
                    fence = String(line.dropFirst(3))
                    block = []
                    continue
                }
                if isInside { append(block, language: language) }
                fence = nil
            } else if fence != nil {
                block.append((index + 1, String(line)))
            } else if line == heading {
                isInside = true
            } else if isInside, line.hasPrefix("#"),
                line.prefix(while: { $0 == "#" }).count <= level
            {
                break
            }
        }
    }

    private mutating func append(_ block: [(line: Int, text: String)], language: String) {
        switch language {
        case "sh": appendScript(block)
        case "console": appendSession(block)
        default: break
        }
    }

    private mutating func appendScript(_ block: [(line: Int, text: String)]) {
        var rest = block[...]
        while let first = rest.first {
            if first.text.allSatisfy(\.isWhitespace) || first.text.hasPrefix("#") {
                rest.removeFirst()
                continue
            }
            let command = Self.takeCommand(&rest)
            steps.append(Step(line: first.line, command: command, expectedOutput: nil))
        }
    }

    private mutating func appendSession(_ block: [(line: Int, text: String)]) {
        var rest = block[...]
        while let first = rest.first {
            guard first.text.hasPrefix("$ ") else {
                rest.removeFirst()
                continue
            }
            rest[rest.startIndex].text.removeFirst(2)
            let command = Self.takeCommand(&rest)
            let output = rest.prefix { !$0.text.hasPrefix("$ ") }
            rest.removeFirst(output.count)
            steps.append(
                Step(
                    line: first.line, command: command,
                    expectedOutput: output.map { $0.text + "\n" }.joined()))
        }
    }

    /// Takes the lines of one command: on as long as a quote is open, or a line ends in a
    /// backslash or a pipe, or a here-document waits for its end.
    private static func takeCommand(_ lines: inout ArraySlice<(line: Int, text: String)>) -> String
    {
        var command = ""
        var terminator: String?
        while let next = lines.popFirst() {
            command += command.isEmpty ? next.text : "\n" + next.text
            if let end = terminator {
                if next.text == end { break }
                continue
            }
            terminator = hereDocumentEnd(of: next.text)
            if terminator == nil, !isOpen(command) { break }
        }
        return command
    }

    /// `EOF` of a line with `<<'EOF'`.
    private static func hereDocumentEnd(of line: String) -> String? {
        let parts = line.split(separator: "<<'", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[1].prefix { $0 != "'" }) : nil
    }

    /// Whether the shell would ask for another line.
    private static func isOpen(_ command: String) -> Bool {
        var quote: Character?
        var isEscaped = false
        for character in command {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if quote == character {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
        }
        let last = command.last { $0 != " " }
        return quote != nil || isEscaped || last == "|" || last == "&"
    }

    /// Whether the output is what the page promises, ``ellipsis`` taken for any lines.
    static func matches(_ output: String, expected: String) -> Bool {
        let found = output.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        return matches(found[...], wanted[...])
    }

    private static func matches(
        _ found: ArraySlice<Substring>, _ wanted: ArraySlice<Substring>
    ) -> Bool {
        guard let next = wanted.first else { return found.isEmpty }
        if next == ellipsis {
            return (found.startIndex...found.endIndex).contains {
                matches(found[$0...], wanted.dropFirst())
            }
        }
        return found.first == next && matches(found.dropFirst(), wanted.dropFirst())
    }

    /// A script of bash that runs the steps in one shell, so that `cd` and `export` last, and stops
    /// at the first that fails.
    ///
    /// Step n writes `n.output` (for a console both streams, as a reader sees them), `n.errors` and
    /// `n.status`, all in `$RESULTS`.
    var script: String {
        var script = "set -o pipefail\n"
        for (index, step) in steps.enumerated() {
            let file = "\"$RESULTS/\(index)"
            let errors = step.expectedOutput == nil ? "2>\(file).errors\"" : "2>&1"
            script += "{ \(step.command)\n} </dev/null >\(file).output\" \(errors)\n"
            script += "status=$?; echo $status >\(file).status\"; [ $status = 0 ] || exit 1\n"
        }
        return script
    }
}
