import ArgumentParser
import Broker
import Bytes
import Expressions
import Records

/// `--from`: where reading begins.
enum StartPosition: ExpressibleByArgument, Equatable {
    case earliest
    case latest
    /// An offset of every partition that is read.
    case offset(Int64)
    /// So many records before the end of every partition.
    case beforeEnd(Int64)
    /// The first records at or after a time, in milliseconds since 1970.
    case time(Int64)

    init?(argument: String) {
        switch argument {
        case "earliest": self = .earliest
        case "latest": self = .latest
        case _ where argument.hasPrefix("@"):
            let text = String(argument.dropFirst())
            guard let time = Int64(text) ?? TimestampText.parse(Array(text.utf8).rawSpan) else {
                return nil
            }
            self = .time(time)
        case _ where argument.hasPrefix("-"):
            guard let count = Int64(argument.dropFirst()) else { return nil }
            self = .beforeEnd(count)
        default:
            guard let offset = Int64(argument), offset >= 0 else { return nil }
            self = .offset(offset)
        }
    }

    /// Moves a source there, in all partitions.
    func seek(_ source: any TopicReading, of topic: TopicDescription) throws {
        if case .time(let time) = self {
            try source.seek(toTimestamp: time)
            return
        }
        for partition in topic.partitions {
            let offset: RecordOffset
            switch self {
            case .earliest, .time: offset = partition.start
            case .latest: offset = partition.end
            case .offset(let number): offset = RecordOffset(rawValue: number)
            case .beforeEnd(let count):
                let first = partition.end.rawValue.subtractingReportingOverflow(count)
                offset =
                    first.overflow ? partition.start : RecordOffset(rawValue: first.partialValue)
            }
            try source.seek(partition: partition.index, to: offset)
        }
    }
}
