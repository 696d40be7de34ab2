import Expressions

/// CREATE STREAM.
extension StatementParser {
    private static let optionNames = ["event_time", "format", "path", "topic", "watermark_delay"]
    /// Those of CAST (EXPRESSIONS.md §11), and JSON for objects and arrays.
    private static let typeNames = ProgramBuilder.castTypeNames + ["JSON"]
    private static let formatNames = ["csv", "json", "raw"]

    /// A value of WITH, and where it stands.
    private struct Option {
        let text: String
        let position: Int
        /// Milliseconds, if it is an INTERVAL.
        let duration: Int64?
    }

    mutating func createStream() throws(SQLError) -> StreamDefinition {
        tokens.advance()
        guard tokens.take("STREAM") else {
            if tokens.isWord("TABLE") {
                throw SQLError(
                    .syntax, at: tokens.current.position, "streams are made with CREATE STREAM",
                    suggestion: "STREAM")
            }
            throw unexpected("STREAM")
        }
        let (name, position) = try columnName()
        var columns: [StreamDefinition.Column] = []
        if tokens.take(.leftParenthesis) { columns = try self.columns() }
        try expect("WITH")
        let options = try options()
        let place = try place(options, streamPosition: position)
        return StreamDefinition(
            name: name, columns: columns, place: place, format: try format(options),
            eventTime: try eventTime(options), watermarkDelay: try watermarkDelay(options),
            position: position)
    }

    private mutating func columns() throws(SQLError) -> [StreamDefinition.Column] {
        var columns: [StreamDefinition.Column] = []
        repeat {
            let (name, position) = try columnName()
            if columns.contains(where: { ExactText($0.name) == ExactText(name) }) {
                throw SQLError(.name, at: position, "the column \(name) is declared twice")
            }
            let type = tokens.current
            guard type.kind == .name, !type.word.isEmpty, !type.isReserved else {
                throw unexpected("a type such as INT, DOUBLE, STRING, BOOL or TIMESTAMP")
            }
            guard Self.typeNames.contains(type.word) else {
                throw SQLError(
                    .name, at: type.position, "there is no type \(type.text)",
                    suggestion: NearestName.find(type.word, in: Self.typeNames))
            }
            tokens.advance()
            // VARCHAR(10), TIMESTAMP(3): taken and ignored, as CAST does.
            if tokens.take(.leftParenthesis) {
                guard tokens.current.kind == .integer else { throw unexpected("a length") }
                tokens.advance()
                try expect(.rightParenthesis)
            }
            columns.append(
                StreamDefinition.Column(name: name, typeName: type.word, position: position))
        } while tokens.take(.comma)
        try expect(.rightParenthesis)
        return columns
    }

    private mutating func options() throws(SQLError) -> [String: Option] {
        try expect(.leftParenthesis)
        var options: [String: Option] = [:]
        repeat {
            let token = tokens.current
            guard token.kind == .name || token.kind == .string || token.kind == .quotedName else {
                throw unexpected("the name of an option")
            }
            guard Self.optionNames.contains(token.text) else {
                throw SQLError(
                    .name, at: token.position, "there is no option \(token.text)",
                    suggestion: NearestName.find(token.text, in: Self.optionNames))
            }
            guard options[token.text] == nil else {
                throw SQLError(.name, at: token.position, "the option \(token.text) stands twice")
            }
            tokens.advance()
            try expect(.equal)
            options[token.text] = try optionValue()
        } while tokens.take(.comma)
        try expect(.rightParenthesis)
        return options
    }

    private mutating func optionValue() throws(SQLError) -> Option {
        let token = tokens.current
        if token.kind == .string {
            tokens.advance()
            return Option(text: token.text, position: token.position, duration: nil)
        }
        guard tokens.isWord("INTERVAL"), case .duration(let value) = try expression().form else {
            throw unexpected("a text in quotes")
        }
        return Option(text: "", position: token.position, duration: value)
    }

    private func place(
        _ options: [String: Option], streamPosition: Int
    ) throws(SQLError) -> StreamDefinition.Place {
        switch (options["topic"], options["path"]) {
        case (let topic?, nil): return .topic(topic.text)
        case (nil, let path?): return .path(path.text)
        case (_?, let path?):
            throw SQLError(.syntax, at: path.position, "give a topic or a path, not both")
        case (nil, nil):
            throw SQLError(
                .syntax, at: streamPosition, "the stream needs topic = '…' or path = '…'")
        }
    }

    private func format(_ options: [String: Option]) throws(SQLError) -> String? {
        guard let option = options["format"] else { return nil }
        guard Self.formatNames.contains(option.text) else {
            throw SQLError(
                .name, at: option.position,
                "there is no format '\(option.text)'; there are csv, json and raw",
                suggestion: NearestName.find(option.text, in: Self.formatNames))
        }
        return option.text
    }

    private func eventTime(_ options: [String: Option]) throws(SQLError) -> Syntax? {
        guard let option = options["event_time"] else { return nil }
        do throws(ExpressionError) {
            return try ExpressionParser.parse(option.text)
        } catch {
            // Behind the opening quote; doubled quotes before the place would shift it.
            throw SQLError(error, movedBy: option.position + 1)
        }
    }

    private func watermarkDelay(_ options: [String: Option]) throws(SQLError) -> Int64? {
        guard let option = options["watermark_delay"] else { return nil }
        let delay = option.duration ?? DurationText.milliseconds(option.text)
        guard let delay, delay >= 0, delay <= StreamLimits.windowSizeMax else {
            throw SQLError(
                .syntax, at: option.position,
                "'\(option.text)' is no delay; write 500ms, 5s, 10m, 1h or 1d")
        }
        return delay
    }
}
