/// A part of a pattern.
indirect enum PatternNode {
    case nothing
    case one(of: ASCIISet)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `most` is nil for no limit.
    case repetition(PatternNode, least: Int, most: Int?)
    case assertion(Assertion)

    /// What has to hold between two characters.
    enum Assertion {
        case start
        case end
        case wordBoundary
        case noWordBoundary
    }
}
