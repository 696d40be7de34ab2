import ArgumentParser

/// What `log torture` does to a log.
enum TortureFault: String, CaseIterable, ExpressibleByArgument {
    /// The power fails at a random system call: what was not synchronized is lost, kept, or mixed
    /// by sectors.
    case power
    /// The power fails in the middle of a write.
    case torn
    /// A bit flips in a file of the closed directory.
    case flip
    /// The disk fills up, and later has room again.
    case full
    /// An fsync fails.
    case fsync
    /// A process with several producers is ended by SIGKILL.
    case kill

    var purpose: String {
        switch self {
        case .power: "power lost at a random call"
        case .torn: "power lost within a write"
        case .flip: "a bit flipped in a file"
        case .full: "no space on the disk"
        case .fsync: "a failing fsync"
        case .kill: "kill -9 under load"
        }
    }
}

/// The list behind `--faults`.
struct TortureFaultList: ExpressibleByArgument {
    let faults: [TortureFault]

    init(_ faults: [TortureFault]) { self.faults = faults }

    init?(argument: String) {
        let words = argument.split(separator: ",").map(String.init)
        let faults = words.compactMap(TortureFault.init(rawValue:))
        guard !faults.isEmpty, faults.count == words.count else { return nil }
        self.faults = faults
    }

    var defaultValueDescription: String {
        faults.map(\.rawValue).joined(separator: ",")
    }
}
