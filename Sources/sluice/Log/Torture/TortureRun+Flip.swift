import Bytes
import CommitLog
import Platform
import SystemPackage

extension TortureRun {
    /// Flips one bit in a copy of the closed directory: it must be harmless, or named both by
    /// opening and by `log verify`, and never be given out.
    mutating func runFlip() throws {
        var generator = SeededGenerator(seed: cycleSeed)
        if ledger.partitions.isEmpty { try runInProcess(.power, countsAs: .flip) }
        let copy = try nextDirectory()
        try fileSystem.copyTree(directory, to: copy, in: fileSystem)
        let names: Set = [".log", ".snapshot", ".mirror", ".segment", ".index"]
        let files = try fileSystem.filesOfTree(copy).filter { file in
            names.contains { file.string.hasSuffix($0) }
        }
        guard let path = files.randomElement(using: &generator) else { return }
        let size = try fileSystem.status(of: path)?.size ?? 0
        guard size > 0 else { return }
        let position = Int64.random(in: 0..<size, using: &generator)
        try flip(Int.random(in: 0..<8, using: &generator), at: position, of: path)
        let place = "a bit of \(path.parts.name), byte \(position) of \(size)"
        let isSeen = Self.isSeen(path, in: copy)
        if !isSeen { note(.unnamed, "`log verify` does not see \(place)", .flip) }
        compareDamaged(copy, place)
        if report[.flip].findings == 0 { try fileSystem.removeTree(copy) }
    }

    private func flip(_ bit: Int, at position: Int64, of path: FilePath) throws {
        let file = try fileSystem.open(path, .update)
        var byte: [UInt8] = []
        try file.read(into: &byte, count: 1, at: position)
        byte[0] ^= 1 << UInt8(bit)
        try file.write(byte.rawSpan, at: position)
        try file.close()
    }

    /// Whether the check names damage, or the file as one that does not count.
    private static func isSeen(_ path: FilePath, in directory: FilePath) -> Bool {
        guard let report = try? LogInspector(directory: directory).verify() else { return true }
        return !report.isWhole || report.notes.contains { $0.contains(path.string) }
    }

    private mutating func compareDamaged(_ copy: FilePath, _ place: String) {
        // Refused as a whole is named.
        guard
            let log = try? CommitLog.open(
                directory: copy, options: TortureLoad.options(threads: 1))
        else { return }
        let life = TortureLife(reading: cycle, seed: seed)
        var comparison = TortureComparison(log, ledger, life, .named)
        comparison.run()
        addChecked(comparison.checked, to: .flip)
        for finding in comparison.findings {
            note(finding.kind, "\(place): \(finding.text)", .flip)
        }
        try? log.close()
    }
}
