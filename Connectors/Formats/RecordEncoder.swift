package import Bytes
package import Records

/// Turns records into the bytes of one output.
///
/// One dynamic call a batch.
package protocol RecordEncoder {
    /// Appends what comes before the first record of an output: a header line, or nothing.
    mutating func start(_ output: OutputBuffer) throws

    /// Appends the selected records of a block.
    mutating func encode(
        _ block: borrowing RecordBlock, _ selection: borrowing Selection,
        into output: OutputBuffer
    ) throws
}
