package import Records
package import SystemPackage

/// What a repair has found and done, or would do.
package struct RepairReport: Sendable {
    /// Offsets of a partition that will not be given again, because they may have been.
    package struct Jump: Sendable, Equatable {
        package let topic: String
        package let index: Int32
        package let offsets: Range<RecordOffset>
    }

    /// Whether the log takes no frames as it is, or cannot be opened.
    package internal(set) var isNeeded = false
    /// Everything that is damaged or missing, as opening names it.
    package internal(set) var damage: [Damage] = []
    /// Partitions whose last offsets are not known any more.
    package internal(set) var jumps: [Jump] = []
    /// Topics made up for records whose own topic is not known any more.
    package internal(set) var adopted: [String] = []
    /// Whether the keyed state of before the first frame that is left is gone.
    package internal(set) var hasLostState = false
    /// Copies of the damaged files.
    package internal(set) var evidence: [FilePath] = []
    /// Why the records that are left could not be moved to segments at once; nil if they were.
    package internal(set) var sealingFailure: String?
}
