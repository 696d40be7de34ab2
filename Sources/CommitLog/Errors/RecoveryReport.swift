package import SystemPackage

/// What opening a log has found.
package struct RecoveryReport: Sendable, CustomStringConvertible {
    /// Frames of the commit log that were read and found whole.
    package internal(set) var frames = 0
    /// Position of the snapshot that recovery began with; nil if there was none.
    package internal(set) var snapshotPosition: LogPosition?
    /// Bytes at the end of the commit log that were never acknowledged as durable and were cut:
    /// what a crash leaves of frames being written.
    package internal(set) var bytesCut: Int64 = 0
    /// The file that was cut.
    package internal(set) var fileCut: FilePath?
    /// Damage in what was durable.
    ///
    /// If it concerns frames or offsets, the log is open for reading only.
    package internal(set) var damage: [Damage] = []
    /// The damage for which the log takes no frames; nil if it does.
    package internal(set) var fence: Damage?

    package init() {}

    package var description: String {
        var text = "\(frames) frames read"
        if let fileCut { text += ", \(bytesCut) bytes cut from the end of \(fileCut.string)" }
        if !damage.isEmpty { text += ", \(damage.count) damaged places" }
        return text
    }
}
