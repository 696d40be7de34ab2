import ArgumentParser
import Expressions
import Filters
import Platform
import Records
import Streams

/// `--key` and `--timestamp`: expressions whose values become those of each record.
struct AssignmentArguments: ParsableArguments {
    @Option(
        name: [.long, .customShort("k")],
        help: ArgumentHelp(
            "The value of this expression becomes the record's key.", valueName: "expression"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            """
            The value of this expression becomes the record's timestamp: milliseconds since 1970, \
            or an ISO 8601 text.
            """, valueName: "expression"))
    var timestamp: String?

    /// The step that assigns them; nil if neither was given.
    ///
    /// - Throws: a usage failure that shows the mistake in the text.
    func makeOperator(_ format: PayloadFormat, streams: [RecordStream]) throws -> (any Operator)? {
        guard key != nil || timestamp != nil else { return nil }
        var builder = ProgramBuilder(
            CompileOptions(shape: RowShape(format), allowsVolatile: false))
        let keyRoot = try key.map { try Self.add($0, of: "--key", to: &builder) }
        let timeRoot = try timestamp.map { try Self.add($0, of: "--timestamp", to: &builder) }
        let program = RowProgram(
            builder.build(), values: [keyRoot, timeRoot].compactMap { $0 }, streams: streams)
        return AssignmentOperator(program, key: keyRoot, timestamp: timeRoot)
    }

    private static func add(
        _ text: String, of option: String, to builder: inout ProgramBuilder
    ) throws(CommandFailure) -> RootIndex {
        do throws(ExpressionError) {
            var tokens = try TokenStream(text)
            let syntax = try ExpressionParser.parse(&tokens)
            try tokens.expectEnd()
            return try builder.addValue(syntax)
        } catch {
            throw .expression(error, in: text, of: option)
        }
    }

    /// What tells this choice from another: a run must not go on with other keys.
    var fingerprintText: String { "key \(key ?? "-")\ntimestamp \(timestamp ?? "-")\n" }
}
