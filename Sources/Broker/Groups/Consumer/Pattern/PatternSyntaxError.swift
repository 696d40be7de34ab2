/// What is wrong with a pattern, and where.
struct PatternSyntaxError: Error {
    let reason: String
    let position: Int
}
