import ArgumentParser

/// A number of bytes: `4096`, `64KiB`, `16MiB`, `1GiB`, and with decimal units `10kB`, `5MB`, `1GB`.
struct ByteSizeArgument: ExpressibleByArgument, Equatable {
    /// At least 1.
    let byteCount: Int

    var defaultValueDescription: String {
        let unit = Self.units.first { $0.factor > 1 && byteCount % $0.factor == 0 }
        return "\(byteCount / (unit?.factor ?? 1))\(unit?.suffix ?? "")"
    }

    private static let units: [(suffix: String, factor: Int)] = [
        ("gib", 1 << 30), ("mib", 1 << 20), ("kib", 1 << 10), ("kb", 1_000), ("mb", 1_000_000),
        ("gb", 1_000_000_000), ("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("b", 1),
    ]

    init?(argument: String) {
        let text = argument.lowercased()
        let unit = Self.units.first { text.hasSuffix($0.suffix) }
        let digits = text.dropLast(unit?.suffix.count ?? 0)
        guard let number = Int(digits), number > 0 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
        guard !overflow else { return nil }
        byteCount = product
    }
}
