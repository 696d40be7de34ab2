import Bytes
import Records

/// Compares stored bytes with what the index and the checksum say of them, before anybody sees
/// them.
enum BatchCheck {
    /// Why the bytes at a place are not the batch that was stored; nil if they are.
    static func problem(
        _ bytes: RawSpan, baseOffset: Int64, nextOffset: Int64, byteCount: Int
    ) -> String? {
        do throws(BatchError) {
            let header = try BatchHeader(parsing: bytes)
            // The checksum does not cover the bytes before the attributes.
            guard header.baseOffset.rawValue == baseOffset, header.byteCount == byteCount,
                header.nextOffset.rawValue == nextOffset,
                header.leaderEpoch == CommitWriter.leaderEpoch
            else { return "the batch is not the one that the index names" }
            try header.verifyChecksum(of: bytes)
            return nil
        } catch {
            return error.description
        }
    }
}
