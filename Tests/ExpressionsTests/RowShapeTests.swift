import Testing

@testable import Expressions

/// What a name means in a shape: EXPRESSIONS.md §14.
struct NameCase: Sendable, CustomTestStringConvertible {
    let shape: RowShape
    let source: String
    let fields: [FieldReference]

    init(_ shape: RowShape, _ source: String, _ fields: FieldReference...) {
        self.shape = shape
        self.source = source
        self.fields = fields
    }

    var testDescription: String { "\(shape.name): \(source)" }
}

@Suite("Names in row shapes")
struct RowShapeTests {
    static func path(_ names: String...) -> FieldReference {
        .payload(JSONPath(names.map { .member($0) }))
    }

    static let csv = RowShape.csv(columns: ["origin", "dep_delay", "tag"])
    static let columns = RowShape.columns([
        .init(name: "n", type: .int), .init(name: "doc", type: .json), .init(name: "t.x"),
    ])

    static let cases = [
        NameCase(.properties, "delay > 1", .property("delay")),
        NameCase(.properties, "payload.delay > 1", path("delay")),
        NameCase(.properties, "prop.key = 'a'", .property("key")),
        NameCase(.properties, "\"key\" = 'a'", .property("key")),
        NameCase(.properties, "key = 'a'", .attribute(.key)),
        NameCase(.properties, "msg = 'a'", .property("msg")),
        NameCase(.json, "delay > 1", path("delay")),
        NameCase(.json, "a.b > 1", path("a", "b")),
        NameCase(
            .json, "a[0].b > 1", .payload(JSONPath([.member("a"), .element(0), .member("b")]))),
        NameCase(.json, "payload.delay > 1", path("delay")),
        NameCase(.json, "prop.delay > 1", .property("delay")),
        NameCase(.json, "HEADER('delay') = '1'", .header("delay", -1)),
        NameCase(.json, "key = 'a'", .attribute(.key)),
        NameCase(.json, "\"key\" = 'a'", path("key")),
        NameCase(.json, "msg.key = 'a'", .attribute(.key)),
        NameCase(csv, "dep_delay > 1", .csv(1)),
        NameCase(csv, "payload.dep_delay > 1", .csv(1)),
        NameCase(csv, "tag = 'a'", .csv(2)),
        NameCase(csv, "msg.tag = 'a'", .attribute(.tag)),
        NameCase(csv, "key = 'a'", .attribute(.key)),
        NameCase(columns, "n > 1", .column(0)),
        NameCase(columns, "t.x > 1", .column(2)),
        NameCase(columns, "doc.a.b > 1", .column(1)),
        NameCase(columns, "msg.offset > 1", .attribute(.offset)),
    ]

    @Test("A name is the field that the shape gives it", arguments: cases)
    func resolve(_ row: NameCase) throws {
        let program = try Expression.compile(row.source, options: CompileOptions(shape: row.shape))
        #expect(program.fields == row.fields)
    }

    @Test(
        "RocketMQ and JMS see properties whatever the format", arguments: [Dialect.rocketmq, .jms])
    func otherDialects(_ dialect: Dialect) throws {
        let options = CompileOptions(dialect: dialect, shape: .json)
        #expect(try Expression.compile("key = 'a'", options: options).fields == [.property("key")])
    }

    @Test(
        "What a shape does not have is refused at its place",
        arguments: [
            ("a[0] = 1", RowShape.properties, 1, ExpressionError.Kind.syntax),
            ("msg.tag.x = 1", .properties, 8, .name),
            ("msg.tag[0] = 1", .properties, 7, .syntax),
            ("payload.gone = 1", csv, 8, .name),
            ("timestamp = 1", columns, 0, .name),
        ])
    func refused(_ source: String, _ shape: RowShape, _ at: Int, _ kind: ExpressionError.Kind)
        throws
    {
        let error = try #require(throws: ExpressionError.self) {
            try Expression.compile(source, options: CompileOptions(shape: shape))
        }
        #expect(error.kind == kind && error.at == at)
    }

    @Test("A path goes into a column of JSON")
    func jsonColumn() throws {
        let record = TestRecord(columns: [.int(1), .json("{\"a\":{\"b\":[1,2]}}"), .null])
        let options = CompileOptions(shape: Self.columns)
        #expect(try outcome("doc.a.b[-1] = 2 AND doc.a.b CONTAINS 1", record, options) == .match)
        #expect(try outcome("doc.a.c IS NULL", record, options) == .match)
    }
}
