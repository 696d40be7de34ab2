/// What a copy of a data directory holds.
package struct CopyReport: Sendable {
    /// Attempts that were made; one, unless a checkpoint took away files meanwhile.
    package internal(set) var attempts = 0
    /// Bytes in files of the copy.
    package internal(set) var bytes: Int64 = 0
    /// The end of the copied log.
    package internal(set) var end = LogPosition.zero
    package internal(set) var partitions = 0
    /// Records by offsets, those that are gone from within included.
    package internal(set) var records: Int64 = 0
    /// What checking the copy has found.
    package internal(set) var verification = VerifyReport()
}
