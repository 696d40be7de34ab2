import Bytes

/// An acknowledgement on its way from the worker to its parent: 48 bytes, which one write(2) puts
/// into a pipe whole or not at all (pipe(7), PIPE_BUF).
struct TortureMessage {
    static let byteCount = 48
    private static let baseCountMax = 3

    let id: TortureFrameID
    let outcome: TortureLife.Outcome

    init(_ id: TortureFrameID, _ outcome: TortureLife.Outcome) {
        self.id = id
        self.outcome = outcome
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: id.rawValue)
        guard case .acknowledged(let position, let bases) = outcome else {
            var code: Int64 = -1
            if case .refused = outcome { code = -2 }
            bytes.append(littleEndian: code)
            return bytes + [UInt8](repeating: 0, count: Self.byteCount - bytes.count)
        }
        bytes.append(littleEndian: position)
        bytes.append(littleEndian: Int64(bases.count))
        for index in 0..<Self.baseCountMax {
            bytes.append(littleEndian: index < bases.count ? bases[index] : 0)
        }
        return bytes
    }

    /// Reads the message at a position; nil if it is cut off.
    init?(parsing bytes: RawSpan, at position: Int) {
        guard bytes.holds(Self.byteCount, at: position) else { return nil }
        id = TortureFrameID(rawValue: bytes.littleEndian(at: position))
        let place: Int64 = bytes.littleEndian(at: position + 8)
        switch place {
        case -1: outcome = .unknown
        case -2: outcome = .refused
        default:
            let count: Int64 = bytes.littleEndian(at: position + 16)
            guard (0...Int64(Self.baseCountMax)).contains(count) else { return nil }
            outcome = .acknowledged(
                position: place,
                bases: (0..<Int(count)).map { bytes.littleEndian(at: position + 24 + 8 * $0) })
        }
    }
}
