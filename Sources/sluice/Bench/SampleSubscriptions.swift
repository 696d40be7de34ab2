import Filters
import Platform
import Records

/// Subscriptions as the users of a flights topic could have: most ask for one airport, airline or tag
/// and something besides, a few look at every record.
///
/// The same number gives the same subscriptions. Records have the airline as their tag.
struct SampleSubscriptions {
    private static let airports = words(
        """
        ATL ORD BOS MCO FLL LAX CLT MIA SFO DCA DFW DTW RDU TPA PBI IAH DEN MSP SJU IAD LAS BUF CLE \
        BNA PHX STL MDW BWI RSW CVG PIT CMH SEA PWM MSY MKE BTV JAX SAN SLC RIC PHL ROC AUS HOU ORF \
        MCI MEM SYR IND SRQ MHT GRR XNA BQN GSO CHS PDX DAY SDF STT ALB HNL EGE CAK SNA GSP SAT LGB \
        TYS OMA BUR BDL SAV MYR PSE PVD MSN CRW TUL OKC DSM BHM SMF SJC OAK CAE PSP MTJ HDN BZN JAC \
        AVL EYW
        """)
    private static let carriers = words("UA B6 EV DL AA MQ US 9E WN FL VX AS F9 YV HA OO")
    private static let origins = words("EWR JFK LGA")

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    private var generator = SeededGenerator(seed: 1)

    /// So many definitions for JSON records.
    static func make(_ count: Int) -> [FilterDefinition] {
        var sample = SampleSubscriptions()
        return (0..<count).map { _ in sample.next() }
    }

    private mutating func next() -> FilterDefinition {
        let airport = pick(Self.airports)
        let carrier = pick(Self.carriers)
        let delay = number(10, 300)
        switch number(0, 100) {
        case ..<10: return definition(tag: carrier)
        case ..<25:
            return definition("dep_delay > \(delay)", tag: "\(carrier) || \(pick(Self.carriers))")
        case ..<60: return definition("dest = '\(airport)' AND dep_delay > \(delay)")
        case ..<75:
            return definition(
                "origin = '\(pick(Self.origins))' AND dest = '\(airport)' AND carrier = '\(carrier)'"
            )
        case ..<85:
            return definition("carrier = '\(carrier)' AND flight = \(number(1, 6_000))")
        case ..<93:
            let list = (0..<3).map { _ in "'\(pick(Self.airports))'" }.joined(separator: ", ")
            return definition("dest IN (\(list)) AND arr_delay > \(delay)")
        case ..<98:
            return definition("dest = '\(airport)' AND tailnum LIKE 'N\(number(1, 10))%'")
        case ..<99: return definition("tailnum LIKE '%\(number(1, 10))\(carrier)'")
        default: return definition("dep_delay > \(delay) AND distance > \(number(1, 25) * 100)")
        }
    }

    private func definition(_ condition: String? = nil, tag: String? = nil) -> FilterDefinition {
        FilterDefinition(tag: tag, sql: condition, format: .json)
    }

    private mutating func number(_ first: Int, _ end: Int) -> Int {
        Int.random(in: first..<end, using: &generator)
    }

    private mutating func pick(_ words: [String]) -> String { words[number(0, words.count)] }
}
