import Records
import Testing

@testable import Streams

@Suite("A SELECT list by itself")
struct SelectListTests {
    @Test("Items are named by AS, by their field or by their text, as in a SELECT")
    func names() throws {
        let list = try SelectList("a, b.c, d[0], e + 1, f AS g, h i", format: .json)
        #expect(list.names == ["a", "c", "d[0]", "e + 1", "g", "i"])
        #expect(list.values.count == 6)
    }

    @Test(
        "A mistake is told with its place",
        arguments: [
            ("a, b AS a", 3, "name"),
            ("a FROM t", 2, "syntax"),
            ("*", 0, "syntax"),
            ("a,", 2, "syntax"),
        ])
    func mistakes(_ text: String, at position: Int, kind: String) throws {
        let error = #expect(throws: SQLError.self) { try SelectList(text, format: .json) }
        #expect(error?.at == position)
        #expect(error?.kind.name == kind)
    }
}
