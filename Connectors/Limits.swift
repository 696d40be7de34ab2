/// Limits on what comes from outside through connectors.
///
/// Each has a test at, below and above.
package enum ConnectorLimits {
    /// Bytes of one record unless the user chooses another limit: a longer one is skipped in
    /// bounded memory and counted as rejected.
    package static let recordByteCountMax = 16 << 20
    /// The largest record limit that can be chosen: a batch's positions are 32-bit numbers, and
    /// the buffer grows to twice the limit and a chunk.
    package static let recordByteCountChoiceMax = 512 << 20
    /// Bytes that one read asks for at most, whatever the caller allows.
    package static let readByteCountMax = 64 << 20
    /// Bytes that are asked for at a time while a header line is looked for.
    package static let headerReadByteCount = 4 << 10
    /// Columns of a CSV file.
    package static let columnCountMax = 65_536
    /// log2 of the window that a zstd frame may ask for: 128 MiB, as the zstd program accepts.
    package static let zstdWindowLogMax: Int32 = 27
}
