import Expressions

/// Numbers as people read them.
enum Quantity {
    /// `336,776`.
    static func count(_ count: Int64) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `71.3 MiB`, `512 B`: binary units, three digits.
    static func bytes(_ count: Int64) -> String {
        var value = Double(count)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        if unit == 0 { return "\(count) B" }
        return "\(decimals(value, value < 10 ? 2 : value < 100 ? 1 : 0)) \(units[unit])"
    }

    /// `2013-01-01T05:00:00.000Z`.
    static func time(_ milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        TimestampText.append(milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `250 ns`, `35 ms`, `0.42 s`, `12 min 3 s`.
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.000_01: "\(decimals(seconds * 1e9, 0)) ns"
        case ..<0.001: "\(decimals(seconds * 1_000_000, 0)) µs"
        case ..<1: "\(decimals(seconds * 1_000, seconds < 0.01 ? 1 : 0)) ms"
        case ..<100: "\(decimals(seconds, seconds < 10 ? 2 : 1)) s"
        default: "\(Int64(seconds) / 60) min \(Int64(seconds) % 60) s"
        }
    }

    /// `1.24 M` for a rate: decimal units, three digits.
    static func rate(_ value: Double) -> String {
        switch value {
        case ..<1_000: decimals(value, value < 10 ? 1 : 0)
        case ..<1_000_000: "\(decimals(value / 1_000, value < 100_000 ? 1 : 0)) k"
        default: "\(decimals(value / 1_000_000, value < 100_000_000 ? 2 : 0)) M"
        }
    }

    /// A number with at most three decimals.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        if value == value.rounded(), abs(value) < 1e15 { return count(Int64(value)) }
        return decimals(value, 3)
    }

    /// A finite number with `places` decimals; rounds half away from zero.
    static func decimals(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let whole = "\(value < 0 && scaled > 0 ? "-" : "")\(scaled / scale)"
        guard places > 0 else { return whole }
        let fraction = String(scaled % scale)
        return whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
