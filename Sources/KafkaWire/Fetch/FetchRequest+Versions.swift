extension FetchRequest {
    /// The first version that names topics by their identities (KIP-516).
    package static let topicIDsSince: Int16 = 13
}

extension ListOffsetsRequest {
    /// Stands for the offset behind the last record.
    package static let latest: Int64 = -1
    /// Stands for the first offset.
    package static let earliest: Int64 = -2
    /// Stands for the record with the largest time (KIP-734).
    package static let maxTimestamp: Int64 = -3
    /// Stands for the first offset that is on the broker's own disk (KIP-405).
    package static let earliestLocal: Int64 = -4
}
