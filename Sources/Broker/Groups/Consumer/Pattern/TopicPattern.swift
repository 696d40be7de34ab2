/// A regular expression for names of topics, which it has to match as a whole.
///
/// The language is that of RE2, which Kafka's brokers have (KIP-848): no back references, no looking
/// ahead. It runs in all its states at once, so its time is that of the name times the pattern, whoever
/// wrote it; PCRE2, which expressions have, is held to limits instead, which are too high for the
/// names of all topics. Names have ASCII characters only, and so have the sets here: see `TopicName`.
struct TopicPattern {
    private let program: PatternProgram

    /// - Throws: `.invalidPattern`.
    init(_ text: String) throws(GroupError) {
        do throws(PatternSyntaxError) {
            var parser = try PatternParser(text)
            program = try PatternProgram(parser.parse())
        } catch {
            throw .invalidPattern("\(error.reason) at byte \(error.position)")
        }
    }

    /// Those of some names that it matches.
    ///
    /// - Throws: `.invalidPattern` if it takes too many steps for all of them.
    func matching(
        _ names: [String], stepCountMax: Int = BrokerLimits.patternStepCountMax
    ) throws(GroupError) -> [String] {
        var run = PatternRun(program)
        var matched: [String] = []
        for name in names {
            if run.matches(name) { matched.append(name) }
            guard run.stepCount <= stepCountMax else {
                throw .invalidPattern(
                    "it takes more than \(stepCountMax) steps to match all names")
            }
        }
        return matched
    }
}
