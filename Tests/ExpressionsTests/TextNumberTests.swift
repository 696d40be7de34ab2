import Bytes
import Expressions
import Testing

/// A text and the number that it is, or is not.
struct NumberCase: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String
    init(_ text: String, _ expected: String) { (self.text, self.expected) = (text, expected) }
    var testDescription: String { text }
}

private func describe(_ cell: Cell) -> String {
    switch cell.kind {
    case .int: "int \(cell.bits)"
    case .double: "double \(cell.doubleValue)"
    default: "null"
    }
}

@Suite("Numbers as text")
struct TextNumberTests {
    @Test(
        "The whole text is a number, exactly, or it is none (EXPRESSIONS.md §4)",
        arguments: [
            NumberCase("0", "int 0"), NumberCase("-0", "int 0"), NumberCase("+7", "int 7"),
            NumberCase("007", "int 7"),
            NumberCase("9223372036854775807", "int 9223372036854775807"),
            NumberCase("-9223372036854775808", "int -9223372036854775808"),
            NumberCase("9223372036854775808", "double 9.223372036854776e+18"),
            NumberCase("-9223372036854775809", "double -9.223372036854776e+18"),
            NumberCase("18446744073709551616", "double 1.8446744073709552e+19"),
            NumberCase("1.", "double 1.0"), NumberCase(".5", "double 0.5"),
            NumberCase("-.5e1", "double -5.0"), NumberCase("1e2", "double 100.0"),
            NumberCase("-0.0", "double -0.0"), NumberCase("1E+2", "double 100.0"),
            NumberCase("1e400", "double inf"), NumberCase("-1e400", "double -inf"),
            NumberCase("1e-400", "double 0.0"), NumberCase("0e99999999999999999999", "double 0.0"),
            NumberCase("1e99999999999999999999", "double inf"),
            NumberCase("2.2250738585072011e-308", "double 2.225073858507201e-308"),
            NumberCase("0.1", "double 0.1"),
            NumberCase("9007199254740993.0", "double 9007199254740992.0"),
            // Half-way case that needs all digits (Paxson 1991).
            NumberCase("9007199254740993.00000000000000000001", "double 9.007199254740994e+15"),
            NumberCase("4.9e-324", "double 5e-324"),
            NumberCase("1.7976931348623159e308", "double inf"),
            NumberCase("", "null"), NumberCase(" 1", "null"), NumberCase("1 ", "null"),
            NumberCase("+", "null"), NumberCase(".", "null"), NumberCase("1e", "null"),
            NumberCase("1e+", "null"), NumberCase("0x1F", "null"), NumberCase("1d", "null"),
            NumberCase("1L", "null"), NumberCase("NaN", "null"), NumberCase("Infinity", "null"),
            NumberCase("--1", "null"), NumberCase("1.5.2", "null"), NumberCase("٣", "null"),
        ])
    func parse(_ row: NumberCase) {
        #expect(describe(NumberText.parse(Array(row.text.utf8).rawSpan)) == row.expected)
    }

    @Test("Random doubles read back exactly from their shortest text")
    func roundTrip() {
        var random = SplitMix(seed: 42)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var text: [UInt8] = []
            ScalarText.append(value, to: &text)
            #expect(NumberText.double(text.rawSpan)?.bitPattern == value.bitPattern)
        }
    }

    @Test("CAST trims blanks and knows the names of the infinities (EXPRESSIONS.md §11)")
    func cast() {
        func double(_ text: String) -> Double? { NumberText.castDouble(Array(text.utf8).rawSpan) }
        #expect(double(" 1.5\t") == 1.5)
        #expect(double("INFINITY") == .infinity)
        #expect(double(" -inf ") == -.infinity)
        #expect(double("nAn")?.isNaN == true)
        #expect(double("-nan") == nil)
        #expect(double("") == nil && double("  ") == nil && double("in") == nil)
        #expect(NumberText.castInteger(Array(" 42 ".utf8).rawSpan) == 42)
        #expect(NumberText.castInteger(Array("42.0".utf8).rawSpan) == nil)
    }

    @Test(
        "Java reads doubles its own way",
        arguments: [
            NumberCase(" 1.5 ", "1.5"), NumberCase("1d", "1.0"), NumberCase("1.f", "1.0"),
            NumberCase("NaN", "nan"), NumberCase("+NaN", "nan"), NumberCase("-Infinity", "-inf"),
            NumberCase("0x1p3", "8.0"), NumberCase("-0X.8P1d", "-1.0"), NumberCase("0x1", "nil"),
            NumberCase("nan", "nil"), NumberCase("inf", "nil"), NumberCase("1L", "nil"),
            NumberCase("", "nil"), NumberCase("d", "nil"), NumberCase("0x", "nil"),
            NumberCase("--1", "nil"), NumberCase("+-1", "nil"), NumberCase("1 2", "nil"),
            NumberCase("NaNd", "nil"), NumberCase("0xp1", "nil"), NumberCase("\u{1}7\n", "7.0"),
        ])
    func javaDouble(_ row: NumberCase) {
        let value = JavaNumberText.double(Array(row.text.utf8).rawSpan)
        #expect(value.map(\.description) ?? "nil" == row.expected)
    }

    @Test(
        "Java reads integers without blanks, with digits of any script",
        arguments: [
            NumberCase("42", "42"), NumberCase("+42", "42"),
            NumberCase("-9223372036854775808", "-9223372036854775808"),
            NumberCase("٣", "3"), NumberCase("9223372036854775808", "nil"), NumberCase(" 1", "nil"),
            NumberCase("", "nil"), NumberCase("-", "nil"), NumberCase("1.0", "nil"),
            NumberCase("½", "nil"),
        ])
    func javaLong(_ row: NumberCase) {
        let value = JavaNumberText.int64(Array(row.text.utf8).rawSpan)
        #expect(value.map(\.description) ?? "nil" == row.expected)
    }

    @Test("Java's int is narrower than its long")
    func javaInteger() {
        #expect(JavaNumberText.int32(Array("2147483647".utf8).rawSpan) == Int32.max)
        #expect(JavaNumberText.int32(Array("2147483648".utf8).rawSpan) == nil)
    }

    @Test(
        "Integers are written with all their digits",
        arguments: [Int64.min, -10, -1, 0, 9, 10, 99, 100, 1_234_567, Int64.max])
    func writeInteger(_ value: Int64) {
        var text: [UInt8] = []
        ScalarText.append(value, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == value.description)
    }

    @Test(
        "Doubles are written in their shortest form (EXPRESSIONS.md §11)",
        arguments: [
            (2.0, "2.0"), (1e20, "1e+20"), (1e-5, "1e-05"), (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
        ])
    func writeDouble(_ value: Double, _ expected: String) {
        var text: [UInt8] = []
        ScalarText.append(value, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }
}
