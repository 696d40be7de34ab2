/// What an operator decides about groups, under Kafka's names.
package struct GroupSettings: Sendable {
    /// Shortest time that a member may ask for until it counts as failed:
    /// `group.min.session.timeout.ms`.
    package var sessionTimeoutMin = Duration.seconds(6)
    /// Longest such time: `group.max.session.timeout.ms`.
    package var sessionTimeoutMax = Duration.seconds(1_800)
    /// How long an empty group waits for more members: `group.initial.rebalance.delay.ms`.
    ///
    /// Kafka's default of three seconds makes every first read slow; without a delay, members that
    /// come together cost one rebalance more.
    package var initialRebalanceDelay = Duration.zero
    /// Members of one group: `group.max.size`.
    package var memberCountMax = 10_000
    /// How long a member of a consumer group (KIP-848) may say nothing until it counts as failed:
    /// `group.consumer.session.timeout.ms`.
    package var consumerSessionTimeout = Duration.seconds(45)
    /// How often such a member is to say that it lives: `group.consumer.heartbeat.interval.ms`.
    package var consumerHeartbeatInterval = Duration.seconds(5)
    /// Members of one such group: `group.consumer.max.size`.
    package var consumerMemberCountMax = 10_000
    /// How long positions of a group that nobody uses are kept: `offsets.retention.minutes`.
    package var offsetsRetention = Duration.seconds(7 * 24 * 60 * 60)

    package init() {}
}
