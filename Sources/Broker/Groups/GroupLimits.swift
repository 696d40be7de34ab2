/// Limits of consumer groups; each has a test.
package enum GroupLimits {
    /// Groups with members.
    package static let groupCountMax = 100_000
    /// Members of a group, those included that were only given an identity.
    package static let memberCountMax = 10_000
    /// Bytes of all protocols that a member names, and of one assignment.
    package static let metadataByteCountMax = 4 << 20
    /// Characters of a group's name: it is part of keys of the log's state.
    package static let nameLengthMax = 1_024
}
