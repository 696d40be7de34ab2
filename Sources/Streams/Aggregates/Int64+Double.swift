extension Int64 {
    /// The double whose bits are these: words of a group's entry hold both kinds of numbers.
    var asDouble: Double { Double(bitPattern: UInt64(bitPattern: self)) }

    /// The bits of a double, see ``asDouble``.
    init(bitsOf value: Double) { self = Int64(bitPattern: value.bitPattern) }
}
