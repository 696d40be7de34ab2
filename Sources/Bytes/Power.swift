#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The one function of the C mathematics library that Swift's own library lacks and we need.
package enum Power {
    /// `base` to the power of `exponent`, as IEEE 754 defines `pow`.
    package static func raise(_ base: Double, to exponent: Double) -> Double { pow(base, exponent) }
}
