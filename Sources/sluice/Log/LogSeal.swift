import ArgumentParser
import Broker
import CommitLog

/// `sluice log seal`.
struct LogSeal: Command {
    static let configuration = CommandConfiguration(
        "seal", abstract: "Move all records into compressed segments now.",
        discussion: """
            Full files of the commit log are sealed in the background while a log is open; this \
            seals what is left too, so that the directory is as small as it gets.
            """,
        examples: [
            Example("sluice log seal", "Make the data directory small, before it is copied.")
        ])

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let (before, after) = try data.withBroker(creates: false, console: console) { broker in
            let before = broker.log.statistics
            try broker.log.sealNow()
            return (before, broker.log.statistics)
        }
        switch output.output {
        case .json:
            var details = Details()
            details.add("Sealed bytes", .bytes(after.sealedBytesIn))
            details.add("Commit bytes", .bytes(after.commitBytesOnDisk))
            details.add("Segment bytes", .bytes(after.segmentBytesOnDisk))
            try details.print(to: console, as: .json)
        case .text:
            try console.line(
                "sealed \(Quantity.bytes(after.sealedBytesIn)) of batches: segments take "
                    + "\(Quantity.bytes(after.segmentBytesOnDisk)), before "
                    + Quantity.bytes(before.segmentBytesOnDisk))
        }
        return .done
    }
}
