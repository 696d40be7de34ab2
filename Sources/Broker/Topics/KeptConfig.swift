/// Topic settings of Kafka that mean nothing here: taken, kept and shown, so that programs which set
/// them go on working, without effect.
///
/// There is one replica, files are begun by the log for all topics together, and what is acknowledged
/// is on disk.
package enum KeptConfig: String, CaseIterable, Sendable {
    case compressionType = "compression.type"
    case fileDeleteDelay = "file.delete.delay.ms"
    case flushMessages = "flush.messages"
    case flushTime = "flush.ms"
    case indexInterval = "index.interval.bytes"
    case insyncReplicas = "min.insync.replicas"
    case messageDownconversion = "message.downconversion.enable"
    case messageFormat = "message.format.version"
    case timestampDifference = "message.timestamp.difference.max.ms"
    case preallocate = "preallocate"
    case segmentIndex = "segment.index.bytes"
    case segmentJitter = "segment.jitter.ms"
    case uncleanElection = "unclean.leader.election.enable"

    /// Kafka's default.
    package var defaultValue: String {
        switch self {
        case .compressionType: "producer"
        case .fileDeleteDelay: "60000"
        case .flushMessages, .flushTime, .timestampDifference: "9223372036854775807"
        case .indexInterval: "4096"
        case .insyncReplicas: "1"
        case .messageDownconversion: "true"
        case .messageFormat: "3.0-IV1"
        case .preallocate, .uncleanElection: "false"
        case .segmentIndex: "10485760"
        case .segmentJitter: "0"
        }
    }
}
