import ArgumentParser

/// A length of time: `250ms`, `5s`, `10m`, `2h`, `1d`; a number alone counts milliseconds.
struct DurationArgument: ExpressibleByArgument, Equatable {
    /// At least 0.
    let milliseconds: Int64

    private static let units: [(suffix: String, factor: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    init?(argument: String) {
        let text = argument.lowercased()
        let unit = Self.units.first { text.hasSuffix($0.suffix) }
        let digits = text.dropLast(unit?.suffix.count ?? 0)
        guard let number = Int64(digits), number >= 0 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
        guard !overflow else { return nil }
        milliseconds = product
    }
}
