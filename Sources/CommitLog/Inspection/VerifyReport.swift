/// What `log verify` has looked at and found.
package struct VerifyReport: Sendable {
    package internal(set) var snapshots = 0
    package internal(set) var commitFiles = 0
    package internal(set) var frames = 0
    /// Batches of the commit log.
    package internal(set) var batches = 0
    package internal(set) var segments = 0
    package internal(set) var blocks = 0
    /// Bytes whose checksums were compared.
    package internal(set) var bytes: Int64 = 0
    /// Damage, in the order of files; empty if every byte is what was written.
    package internal(set) var damage: [Damage] = []
    /// What a crash may leave and the next opening or sealing clears away; nothing is lost with it.
    package internal(set) var notes: [String] = []

    package init() {}

    /// Whether every byte is what was written.
    package var isWhole: Bool { damage.isEmpty }
}
