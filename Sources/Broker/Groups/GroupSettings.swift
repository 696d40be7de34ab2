/// What an operator decides about groups; names and defaults are Kafka's unless a line says why.
package struct GroupSettings: Sendable {
    /// `group.min.session.timeout.ms`.
    package var sessionTimeoutMin = Duration.seconds(6)
    /// `group.max.session.timeout.ms`.
    package var sessionTimeoutMax = Duration.seconds(1_800)
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members.
    ///
    /// Kafka's 3 s make everybody wait who starts one consumer.
    package var initialRebalanceDelay = Duration.zero
    /// `offsets.retention.minutes`.
    package var offsetsRetention = Duration.seconds(7 * 24 * 60 * 60)

    package init() {}
}
