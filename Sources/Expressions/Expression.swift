/// One condition in a program of its own: the short way for filters.
package enum Expression {
    /// The root of the condition in a program that ``compile(_:options:)`` made.
    package static let condition = RootIndex(rawValue: 0)

    /// Compiles a condition.
    ///
    /// - Returns: a program with one root, ``condition``.
    /// - Throws: the first mistake, with its place in `source`.
    package static func compile(
        _ source: String, options: CompileOptions = CompileOptions()
    ) throws(ExpressionError) -> Program {
        var builder = ProgramBuilder(options)
        let always = Syntax(.bool(true), at: 0)
        let syntax = try ExpressionParser.parse(source, dialect: options.dialect) ?? always
        _ = try builder.addCondition(syntax)
        return builder.build()
    }
}
