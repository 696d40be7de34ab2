import Expressions

extension FieldReference {
    /// The top-level member of the payload that is read, if it is one.
    var payloadMember: String? {
        guard case .payload(let path) = self, case .member(let name) = path.steps.first else {
            return nil
        }
        return name
    }
}
