/// How a partition is stored.
package struct PartitionOptions: Sendable, Equatable {
    /// zstd level of sealed blocks: 1 is fast, 19 small.
    package var compressionLevel: Int8

    package init(compressionLevel: Int8 = 3) { self.compressionLevel = compressionLevel }
}
