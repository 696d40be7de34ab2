import CommitLog
import Platform
import SystemPackage

/// The cycles of a torture: load, fault, opening again, comparison.
struct TortureRun {
    /// Bytes at which a directory has grown enough, and the next cycle begins with an empty one.
    static let directoryByteCountMax: Int64 = 3 << 20

    let root: FilePath
    let seed: UInt64
    let fileSystem = RealFileSystem()
    private(set) var report = TortureReport()
    private(set) var ledger = TortureLedger()
    /// The data directory in use.
    private(set) var directory: FilePath
    private var directoryNumber = 0
    private(set) var cycle = 0

    init(root: FilePath, seed: UInt64) throws {
        self.root = root
        self.seed = seed
        directory = root.appending("0")
        try fileSystem.createDirectory(directory)
    }

    /// Runs one cycle.
    ///
    /// - Returns: whether nothing was found.
    mutating func run(_ fault: TortureFault) throws -> Bool {
        cycle += 1
        report[fault].cycles += 1
        let findings = report.findingCount
        switch fault {
        case .kill: try runKill()
        case .flip: try runFlip()
        case .power, .torn, .full, .fsync: try runInProcess(fault)
        }
        guard report.findingCount == findings else { return false }
        if try size(of: directory) > Self.directoryByteCountMax {
            try begin(with: nextDirectory())
            ledger = TortureLedger()
        }
        return true
    }

    /// The seed of this cycle.
    var cycleSeed: UInt64 { seed ^ UInt64(cycle) &* 0xD6E8_FEB8_6659_FD93 }

    mutating func note(_ kind: TortureFinding.Kind, _ text: String, _ fault: TortureFault) {
        report.add(TortureFinding(kind: kind, text: "cycle \(cycle): \(text)"), to: fault)
    }

    mutating func addChecked(_ count: Int64, to fault: TortureFault) {
        report[fault].checked += count
    }

    // MARK: Directories

    /// Makes the next directory, empty.
    mutating func nextDirectory() throws -> FilePath {
        directoryNumber += 1
        let path = root.appending("\(directoryNumber)")
        try fileSystem.createDirectory(path)
        return path
    }

    /// Goes on with another directory; the one before is removed.
    mutating func begin(with other: FilePath) throws {
        try fileSystem.removeTree(directory)
        directory = other
    }

    private func size(of path: FilePath) throws -> Int64 {
        try fileSystem.filesOfTree(path).reduce(0) { sum, file in
            sum + (try fileSystem.status(of: file)?.size ?? 0)
        }
    }

    // MARK: Comparing

    /// Opens the directory with the machine's file system and compares.
    mutating func compare(
        _ life: TortureLife, _ allowance: TortureComparison.Allowance, after fault: TortureFault
    ) {
        report[fault].acknowledged += Int64(life.acknowledgedCount)
        let log: CommitLog
        do {
            log = try CommitLog.open(directory: directory, options: TortureLoad.options(threads: 1))
        } catch {
            note(.lost, "the log cannot be opened: \(error)", fault)
            return
        }
        report[fault].torn += log.recovery.bytesCut > 0 ? 1 : 0
        var comparison = TortureComparison(log, ledger, life, allowance)
        comparison.run()
        report[fault].checked += comparison.checked
        for finding in comparison.findings { note(finding.kind, finding.text, fault) }
        ledger = comparison.ledger
        do { try log.close() } catch { note(.misbehaved, "closing: \(error)", fault) }
    }
}
