package import Filters
package import Records

/// What is asked of a broker about topics.
package protocol TopicAccess: AnyObject {
    /// All topics, by name.
    func topics() throws(BrokerError) -> [TopicDescription]
    /// One topic, or an error that names the most similar one.
    func topic(_ name: String) throws(BrokerError) -> TopicDescription
    /// Whether there is a topic of that name.
    func hasTopic(_ name: String) throws(BrokerError) -> Bool
    /// Creates a topic; durable on return.
    func createTopic(_ name: String, _ settings: TopicSettings) throws(BrokerError)
    /// Changes all settings but the number of partitions, and removes what a new retention makes
    /// too old; durable on return. What is nil stays.
    func changeTopic(
        _ name: String, format: PayloadFormat?, settings: TopicSettings?
    ) throws(BrokerError)
    /// Deletes a topic with all its records; durable on return.
    func deleteTopic(_ name: String) throws(BrokerError)
    /// Removes a topic's oldest records, of all partitions if none is named; durable on return.
    func trimTopic(
        _ name: String, partition: Int32?, before point: TrimPoint
    ) throws(BrokerError)
    /// Compacts a topic now, however clean it is.
    func compactTopic(_ name: String) throws(BrokerError)
    /// Makes the summaries that the topic's subscriptions need and older segments lack.
    func summarizeBlocks(of topic: String) throws(BrokerError) -> Broker.Summarizing
    /// Looks at the summaries of all blocks of a topic; reads no records.
    func surveyIndex(
        of topic: String, for filter: SubscriptionFilter
    ) throws(BrokerError) -> IndexSurvey
    /// Where the records of topics lie on the disk; of all topics if none is named.
    func storage(of topic: String?) throws(BrokerError) -> StorageDescription
}
