package import Records

/// What is asked of a broker about consumer groups.
package protocol GroupAccess: AnyObject {
    /// All groups on all that they read, by group and stream.
    func groups() throws(BrokerError) -> [GroupDescription]
    /// The saved positions of a group, by partition.
    func groupPositions(
        _ group: String, stream: String
    ) throws(BrokerError) -> [Int32: GroupPosition]
    /// Saves positions of a group, and adds to the counts of a subscription's versions, in one
    /// commit; durable on return.
    func saveGroupPositions(
        _ group: String, stream: String, _ offsets: [Int32: RecordOffset],
        counts: [Int32: FilterCounts]
    ) throws(BrokerError)
    /// Forgets a group's positions on a stream, if there are any; durable on return.
    func deleteGroup(_ group: String, stream: String) throws(BrokerError)
}
