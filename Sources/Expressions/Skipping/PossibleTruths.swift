/// The truth values that a condition may have for the records of a block: perhaps more than it has,
/// never fewer.
package struct PossibleTruths: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let no = PossibleTruths(rawValue: 1)
    package static let yes = PossibleTruths(rawValue: 2)
    package static let unknown = PossibleTruths(rawValue: 4)
    package static let error = PossibleTruths(rawValue: 8)
    /// Nothing is known.
    package static let all: PossibleTruths = [.no, .yes, .unknown, .error]

    init(_ truth: UInt8) {
        self =
            switch truth {
            case Truth.no: .no
            case Truth.yes: .yes
            case Truth.unknown: .unknown
            default: .error
            }
    }

    /// What NOT makes of them.
    var negated: PossibleTruths {
        var result = subtracting([.yes, .no])
        if contains(.yes) { result.insert(.no) }
        if contains(.no) { result.insert(.yes) }
        return result
    }

    /// What AND makes of conditions, each taken for itself.
    package static func and(_ terms: [PossibleTruths]) -> PossibleTruths {
        // TRUE needs all of them, every other value one of them.
        var result = terms.reduce([]) { $0.union($1.subtracting(.yes)) } as PossibleTruths
        if terms.allSatisfy({ $0.contains(.yes) }) { result.insert(.yes) }
        return result
    }

    /// What OR makes of conditions, each taken for itself.
    static func or(_ terms: [PossibleTruths]) -> PossibleTruths {
        var result = terms.reduce([]) { $0.union($1.subtracting(.no)) } as PossibleTruths
        if terms.allSatisfy({ $0.contains(.no) }) { result.insert(.no) }
        return result
    }
}
