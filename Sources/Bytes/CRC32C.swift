import CIntrinsics

/// CRC-32C (Castagnoli), the checksum of record batches, frames, blocks and snapshots.
///
/// By the processor's instruction where there is one (about 10 GB/s), else by table.
/// Source: RFC 3720 §12.1; test vectors in its appendix B.4.
package enum CRC32C {
    /// The checksum of `bytes`; O(byte count), no allocation.
    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        var running = Running()
        running.update(bytes)
        return running.value
    }

    /// The checksum by table, for the test that both ways agree.
    package static func portableChecksum(_ bytes: RawSpan) -> UInt32 {
        // SAFETY: pointer and count are those of one buffer, used only within the call.
        unsafe bytes.withUnsafeBytes {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe ~intrinsics_crc32c_portable(.max, base, $0.count)
        }
    }

    /// A checksum over several pieces.
    package struct Running {
        private var state = UInt32.max
        package init() {}

        /// Continues over `bytes`.
        package mutating func update(_ bytes: RawSpan) {
            let before = state
            // SAFETY: pointer and count are those of one buffer, used only within the call.
            state = unsafe bytes.withUnsafeBytes {
                guard let base = $0.baseAddress else { return before }
                return unsafe intrinsics_crc32c(before, base, $0.count)
            }
        }

        /// The checksum of everything so far.
        package var value: UInt32 { ~state }
    }
}
