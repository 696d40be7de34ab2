import Expressions

extension Syntax {
    /// Whether its program may build text that is longer than a record: see
    /// ``Program/rowCountMax``.
    func buildsText(in dialect: Dialect) -> Bool {
        var found = false
        visit { syntax in
            switch syntax.form {
            case .concatenation: found = true
            case .call(let call):
                found = found || ["CONCAT", "REPLACE"].contains(call.name)
            case .arithmetic: found = found || dialect == .jms
            default: break
            }
            return !found
        }
        return found
    }
}
