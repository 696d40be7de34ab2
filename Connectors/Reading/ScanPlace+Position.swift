import Bytes

/// The coded form of a place: a version, then its three numbers as varints.
extension ScanPlace {
    private static let version: UInt8 = 1

    /// The place as other modules keep it.
    package var sourcePosition: SourcePosition {
        var bytes = [Self.version]
        for number in [position, recordNumber, lineNumber] {
            Varint.appendUnsigned(UInt64(clamping: number), to: &bytes)
        }
        return SourcePosition(bytes: bytes)
    }

    /// Decodes a place; nil if the bytes are none.
    package init?(_ coded: SourcePosition) {
        let bytes = coded.bytes.rawSpan
        guard bytes.byteCount > 0, bytes.byte(at: 0) == Self.version else { return nil }
        var at = 1
        var numbers: [Int64] = []
        for _ in 0..<3 {
            guard let raw = Varint.readUnsigned(bytes, at: &at), let number = Int64(exactly: raw)
            else { return nil }
            numbers.append(number)
        }
        guard at == bytes.byteCount else { return nil }
        (position, recordNumber, lineNumber) = (numbers[0], numbers[1], numbers[2])
    }
}
