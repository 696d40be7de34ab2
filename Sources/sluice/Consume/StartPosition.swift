import ArgumentParser
import Broker
import Bytes
import Expressions
import Platform
import Records

/// `--from`: where reading begins.
enum StartPosition: ExpressibleByArgument, Equatable {
    case earliest
    case latest
    /// So many offsets behind the first.
    case afterStart(Int64)
    /// An offset of every partition that is read.
    case offset(Int64)
    /// So many records before the end of every partition.
    case beforeEnd(Int64)
    /// The first records at or after a time, in milliseconds since 1970.
    case time(Int64)

    init?(argument: String) {
        switch argument {
        case "earliest", "start": self = .earliest
        case "latest", "end": self = .latest
        case _ where argument.hasPrefix("+"):
            guard let count = Int64(argument.dropFirst()), count >= 0 else { return nil }
            self = .afterStart(count)
        case _ where argument.hasPrefix("@"):
            let text = String(argument.dropFirst())
            guard let time = Self.time(text, now: SystemClock().wallMilliseconds) else {
                return nil
            }
            self = .time(time)
        case _ where argument.hasPrefix("-"):
            guard let count = Int64(argument.dropFirst()), count >= 0 else { return nil }
            self = .beforeEnd(count)
        default:
            guard let offset = Int64(argument), offset >= 0 else { return nil }
            self = .offset(offset)
        }
    }

    /// A time in milliseconds since 1970: those, ISO 8601, or `-1h` for so long ago.
    static func time(_ text: String, now: Int64) -> Int64? {
        if text.hasPrefix("-"), let ago = DurationArgument(argument: String(text.dropFirst())) {
            return now.subtractingReportingOverflow(ago.milliseconds).partialValue
        }
        return Int64(text) ?? TimestampText.parse(Array(text.utf8).rawSpan)
    }

    /// Moves a source there, in all partitions.
    func seek(_ source: any TopicReading, of topic: TopicDescription) throws {
        if case .time(let time) = self {
            try source.seek(toTimestamp: time)
            return
        }
        for partition in topic.partitions {
            try source.seek(
                partition: partition.index, to: offset(in: partition) ?? partition.start)
        }
    }

    /// The offset that is meant in a partition, which may lie beyond its ends; nil if it is a time.
    func offset(in partition: TopicDescription.Partition) -> RecordOffset? {
        switch self {
        case .earliest: partition.start
        case .latest: partition.end
        case .afterStart(let count):
            // Counts are at least 0, so only upwards does it overflow.
            partition.start.advanced(by: min(count, .max - partition.start.rawValue))
        case .offset(let number): RecordOffset(rawValue: number)
        case .beforeEnd(let count):
            max(partition.start, partition.end.advanced(by: -min(count, partition.end.rawValue)))
        case .time: nil
        }
    }
}
