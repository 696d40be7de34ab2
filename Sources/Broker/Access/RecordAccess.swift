package import Records

/// What readers and pipelines ask of a broker.
package protocol RecordAccess: AnyObject {
    /// Opens a topic to be read from its first records.
    ///
    /// What `selector` cannot select may be passed over, and is then counted by it; the rest comes
    /// whole.
    func openSource(
        topic: String, end: TopicSource.End, selector: RecordSelector?
    ) throws(BrokerError) -> any TopicReading
    /// Makes records, positions and state of a pipeline durable and visible as one.
    func commit(_ commit: PipelineCommit) throws(BrokerError)
    /// Makes dead letters of the ranges that were read durable, each once if the stream is a
    /// subscription and its records are here.
    func settle(
        _ letters: DeadLetters, of stream: String, reading: RecordSelector.Reading,
        _ ranges: [Int32: Range<RecordOffset>]
    ) throws(BrokerError)
    /// What a pipeline committed last, or nil.
    func progress(ofPipeline name: String) throws(BrokerError) -> PipelineProgress?
    /// Whether a pipeline of that name has committed something.
    func hasProgress(ofPipeline name: String) throws(BrokerError) -> Bool
    /// Forgets a pipeline's progress: it starts anew.
    func resetPipeline(_ name: String) throws(BrokerError)
}
