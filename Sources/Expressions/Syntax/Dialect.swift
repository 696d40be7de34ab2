/// Whose rules an expression follows; fixed when it is compiled (EXPRESSIONS.md §1).
package enum Dialect: String, Sendable, CaseIterable {
    /// Sluice's own: SQL-like, total, statically checked.
    case sluice
    /// SQL92 from RocketMQ clients: the delivery decisions that RocketMQ makes.
    case rocketmq
    /// AMQP/JMS selectors: the JMS text, and where brokers differ, their majority.
    case jms
}
