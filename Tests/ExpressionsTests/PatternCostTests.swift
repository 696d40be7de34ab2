import Expressions
import Testing

@Suite("The grade of a regular expression")
struct PatternCostTests {
    @Test(
        "What repeats what repeats is exponential, what repeats twice polynomial, the rest cheap",
        arguments: [
            ("", PatternCost.Grade.literal), ("order", .literal), ("a\\.b", .literal),
            ("\\Q(a+)+\\E", .literal), ("a{", .literal), ("a{x}", .literal),
            ("^a", .linear), ("a.b", .linear), ("[a-z]+", .linear), ("a|b", .linear),
            ("(a|b)", .linear), ("(ab)+", .linear), ("a{3}", .linear), ("(a{2}){3}", .linear),
            ("\\d+", .linear), ("(?:a+)", .linear), ("[(a+)+]", .linear), ("(?>a+)+", .linear),
            ("(a++)+", .linear), ("(?i:a)b*", .linear), ("a+|b+", .linear), ("(a+)?", .linear),
            (".*a.*b", .polynomial), ("a+b+", .polynomial), ("(a)\\1", .polynomial),
            ("^(.*a){20}$", .polynomial), ("(a+b){1,3}", .polynomial), ("(a+b){0,1}", .linear),
            ("(a+)(b+)", .polynomial), ("x{1,}y{2,}", .polynomial), ("a{0,100}b*", .polynomial),
            ("(a+)+", .exponential), ("^(a|aa)+$", .exponential), ("((a)*)*", .exponential),
            ("(?:x*y){5,}", .exponential), ("(?R)?a", .exponential),
            ("((a{0,20}b)*c)*", .exponential),
        ])
    func grade(_ pattern: String, _ grade: PatternCost.Grade) {
        let cost = PatternCost(Array(pattern.utf8))
        #expect(cost.grade == grade, "\(cost.reason ?? "-")")
        #expect((cost.reason == nil) == (grade == .literal || grade == .linear))
    }

    @Test("Patterns that are cut anywhere are graded and never trap")
    func truncated() {
        let pattern = Array("(?<n>[^]a]\\Qx\\E|\\k<n>{2,}(?R)){1,99}+(?>a)*?[".utf8)
        for end in 0...pattern.count { _ = PatternCost(Array(pattern[..<end])) }
    }
}
