/// What a torture came to.
struct TortureReport {
    /// The figures of one kind of fault.
    struct Figures {
        var cycles = 0
        /// Frames that the log has acknowledged.
        var acknowledged: Int64 = 0
        /// Records that were compared, those of earlier cycles included.
        var checked: Int64 = 0
        /// Openings that have cut a torn tail.
        var torn = 0
        var findings = 0
    }
    private var figures: [TortureFault: Figures] = [:]
    private(set) var findings: [TortureFinding] = []
    private(set) var findingCount = 0
    /// Findings that are kept for the report.
    private static let findingCountMax = 100

    subscript(fault: TortureFault) -> Figures {
        get { figures[fault] ?? Figures() }
        set { figures[fault] = newValue }
    }

    mutating func add(_ finding: TortureFinding, to fault: TortureFault) {
        self[fault].findings += 1
        findingCount += 1
        if findings.count < Self.findingCountMax { findings.append(finding) }
    }

    var total: Figures {
        figures.values.reduce(into: Figures()) { sum, part in
            sum.cycles += part.cycles
            sum.acknowledged += part.acknowledged
            sum.checked += part.checked
            sum.torn += part.torn
            sum.findings += part.findings
        }
    }

    func count(of kind: TortureFinding.Kind) -> Int { findings.count { $0.kind == kind } }
}
