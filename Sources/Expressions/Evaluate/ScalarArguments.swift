/// The values of a call for one row; those that are not there are NULL.
struct ScalarArguments {
    let first: Cell
    let second: Cell
    let third: Cell
    let count: Int

    /// The first error from the left.
    var error: Cell? {
        if first.kind == .error { return first }
        if second.kind == .error { return second }
        return third.kind == .error ? third : nil
    }

    /// Whether a value that is there is NULL.
    var hasNull: Bool {
        first.kind == .null || count > 1 && second.kind == .null || count > 2 && third.kind == .null
    }
}
