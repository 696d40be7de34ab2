import ArgumentParser
import Broker

/// `--filter-version`, and the versions of `subscription diff`: which version of a subscription's filter decides.
enum FilterVersionArgument: ExpressibleByArgument, Equatable {
    /// For each record the one that was in force when it was appended.
    case inForce
    case number(Int32)
    case latest

    init?(argument: String) {
        switch argument {
        case "in-force": self = .inForce
        case "latest": self = .latest
        default:
            guard let number = Int32(argument.drop { $0 == "v" }), number > 0 else { return nil }
            self = .number(number)
        }
    }

    /// The same for one subscription.
    ///
    /// - Throws: if there is no such version, with the nearest ones.
    func reading(_ subscription: SubscriptionDescription) throws(BrokerError)
        -> RecordSelector.Reading
    {
        switch self {
        case .inForce: .inForce
        case .latest: .version(subscription.current.number)
        case .number(let number): .version(try subscription.version(number).number)
        }
    }
}
