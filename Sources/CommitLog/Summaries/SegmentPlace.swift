import SystemPackage

/// A segment with what is needed to find its files.
struct SegmentPlace: Sendable {
    let id: PartitionID
    let topic: String
    let index: Int32
    let extent: SegmentExtent

    func summary(in layout: DataLayout) -> FilePath { layout.summary(topic, index, extent) }

    /// How its summary file begins.
    var header: FileHeader {
        FileHeader(
            .summary, base: extent.base, partition: id.rawValue, generation: extent.generation)
    }
}
