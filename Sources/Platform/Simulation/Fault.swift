package import SystemPackage

/// What a simulated disk does in place of, or around, one call.
package enum Fault: Sendable, Equatable {
    /// The call does nothing and answers with this error. A failed synchronization moreover loses
    /// for ever what it should have made durable, though it stays readable (Linux, since 4.13).
    case fail(Errno)
    /// The machine loses power during the call: what the call writes is as undecided as all that
    /// is not synchronized, a synchronization does not happen. Every later call fails.
    case powerLoss
    /// A write reaches the page cache up to this byte and then the power is lost.
    case tear(afterBytes: Int)
    /// A read or write moves at most this many bytes.
    case short(bytes: Int)
}
