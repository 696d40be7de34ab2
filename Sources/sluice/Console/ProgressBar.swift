import Bytes
import Platform

/// How far a run is, on stderr, redrawn in place; nothing at all unless a person looks at it.
///
///     importing  [##########··········]  52 %  174,080 records  1.24 M/s  3 s left
final class ProgressBar {
    /// Between two drawings.
    private static let interval = Duration.milliseconds(100)
    private static let barWidth = 20

    private let label: String
    private let isShown: Bool
    private let clock: any Clock
    private let start: MonotonicInstant
    private var lastDrawn: MonotonicInstant?
    private let stream: File

    /// `sharesTerminal` says whether results are printed meanwhile, so that on a terminal they and
    /// the bar would write over each other: then there is no bar.
    init(
        _ label: String, console: Console, sharesTerminal: Bool = false,
        clock: any Clock = SystemClock(),
        fileSystem: any FileSystem = RealFileSystem()
    ) {
        self.label = label
        self.clock = clock
        isShown = console.isErrorTerminal && !(sharesTerminal && console.isOutputTerminal)
        start = clock.monotonic
        stream = fileSystem.standardStream(.error)
    }

    /// Since it was made.
    var elapsed: Duration { start.duration(to: clock.monotonic) }

    /// Shows the state, if the last drawing is long enough ago.
    ///
    /// Cheap enough for every batch.
    ///
    /// - Parameters:
    ///   - done: of `total`, in any unit.
    ///   - total: nil if nobody knows.
    ///   - records: so far; nil for a run over bytes, which `done` counts then.
    func update(done: Int64, total: Int64?, records: Int64? = nil) {
        guard isShown else { return }
        let now = clock.monotonic
        if let lastDrawn, lastDrawn.duration(to: now) < Self.interval { return }
        lastDrawn = now
        let seconds = max(0.001, Double(elapsed.wholeNanoseconds) / 1e9)
        var text = "\(label)  "
        if let total, total > 0 {
            let part = min(1, Double(done) / Double(total))
            let filled = Int(part * Double(Self.barWidth))
            text +=
                "[" + String(repeating: "#", count: filled)
                + String(repeating: "·", count: Self.barWidth - filled)
                + "] \(TextWidth.pad("\(Int(part * 100))", to: 3, right: true, isLast: false)) %  "
        }
        if let records {
            text +=
                "\(Quantity.count(records)) records  "
                + "\(Quantity.rate(Double(records) / seconds))/s"
        } else {
            text +=
                "\(Quantity.bytes(done))  \(Quantity.bytes(Int64(Double(done) / seconds)))/s"
        }
        if let total, done > 0, done < total {
            let left = seconds * Double(total - done) / Double(done)
            text += "  \(Quantity.seconds(max(1, left.rounded()))) left"
        }
        draw(text)
    }

    /// Takes the bar away, so that what follows begins on a clean line.
    func finish() {
        guard isShown, lastDrawn != nil else { return }
        draw("")
    }

    private func draw(_ text: String) {
        // Erase in line (ECMA-48, EL), so that a shorter text leaves nothing of a longer one.
        try? stream.write(Array("\r\u{1B}[K\(text)".utf8).rawSpan)
    }
}
