/// Limits of what is read from the network; each has a test.
package enum WireLimits {
    /// Elements of all arrays of one message together: what a message may take in memory beyond
    /// its bytes.
    package static let elementCountMax = 1 << 17
    /// Bytes of one text.
    package static let textByteCountMax = Int(Int16.max)
    /// Tagged fields of one structure.
    package static let tagCountMax = 64
    /// Bytes of records that are copied beside the fields instead of being a piece of their own.
    static let inlineRecordByteCountMax = 4 << 10
}
