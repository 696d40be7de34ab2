/// Names a root of a ``Program``: a condition or a value that its user asks for.
package struct RootIndex: Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }
}
