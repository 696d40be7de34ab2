/// Durations as options spell them: `500ms`, `5s`, `10m`, `1h`, `1d`.
package enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Milliseconds; nil if the text is none or is out of range.
    package static func milliseconds(_ text: String) -> Int64? {
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let count = Int64(digits)
            else { continue }
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: unit.milliseconds)
            return isTooLarge ? nil : product
        }
        return nil
    }
}
