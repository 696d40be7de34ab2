extension Program {
    /// The program's listing: row shape, fields, steps and roots.
    package func explain() -> String { "shape: \(options.shape.name)\n" }
}
