import Records
import Testing

@Suite("Topic names")
struct TopicNameTests {
    @Test(
        "A topic name is accepted, or refused with its exact problem",
        arguments: [
            ("orders.eu_1-a", nil),
            ("a", nil),
            (String(repeating: "a", count: 249), nil),
            ("", .empty),
            (".", .reserved),
            ("..", .reserved),
            (String(repeating: "a", count: 250), .tooLong(limit: 249)),
            ("a/b", .character("/")),
            ("é", .character("é")),
            ("a b", .character(" ")),
        ] as [(String, InvalidTopicName.Problem?)])
    func parse(_ text: String, _ problem: InvalidTopicName.Problem?) {
        if let problem {
            #expect(throws: InvalidTopicName(text: text, problem: problem)) {
                try TopicName(parsing: text)
            }
        } else {
            #expect(throws: Never.self) { try TopicName(parsing: text) }
        }
    }
}
