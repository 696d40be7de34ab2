/// When an append is answered.
package enum Durability: Sendable, Equatable {
    /// After fdatasync(2): it survives a power failure.
    case fsync
    /// After the write: it survives the end of the process, a power failure may take it. The price
    /// of the default is one fdatasync a group, about 0.2 ms on an SSD.
    case os
}
