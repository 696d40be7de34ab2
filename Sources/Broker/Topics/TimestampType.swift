/// Whose clock a topic's records are stamped by; the raw values are Kafka's names.
package enum TimestampType: String, Sendable, Equatable, CaseIterable {
    /// That of whoever made them.
    case createTime = "CreateTime"
    /// The broker's, when it takes what a client has produced.
    case logAppendTime = "LogAppendTime"
}
