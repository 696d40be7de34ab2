import Testing

@testable import Expressions

@Suite("The vectors of the specification")
struct VectorTests {
    @Test("All rows of the file are read")
    func count() {
        #expect(ExpressionVector.all.count == 584)
    }

    @Test("Every vector gives its result in its dialect", arguments: ExpressionVector.all)
    func vector(_ vector: ExpressionVector) {
        let options = CompileOptions(
            dialect: vector.dialect, allowsVolatile: !vector.isDeterministic)
        let program: Program
        do {
            program = try Expression.compile(vector.source, options: options)
        } catch {
            #expect("error:\(error.kind.rawValue)" == vector.expect, "\(error)")
            if let at = vector.at { #expect(error.at == at, "\(error)") }
            return
        }
        // In the middle of a batch, so that no result depends on the row's number.
        let records = [TestRecord(), vector.record, vector.record]
        let results = outcomes(program, records, now: vector.now)
        #expect(results[1].description == vector.expect, "\(program.explain())")
        #expect(results[2] == results[1])
    }
}
