/// What the place that compiles an expression decides about it.
package struct CompileOptions: Sendable {
    package var dialect: Dialect
    package var shape: RowShape
    /// Whether `NOW()` may be used; false in jobs, keys and stored or indexed filters (§16).
    package var allowsVolatile: Bool

    package init(
        dialect: Dialect = .sluice, shape: RowShape = .properties, allowsVolatile: Bool = true
    ) {
        self.dialect = dialect
        self.shape = shape
        self.allowsVolatile = allowsVolatile
    }
}
