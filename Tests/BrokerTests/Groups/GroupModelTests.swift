import Testing

@testable import Broker

@Suite("A group under random clients")
struct GroupModelTests {
    @Test(
        "Whatever clients do, nobody is forgotten or misled; left alone, they come to an agreement",
        arguments: 0..<60 as Range<UInt64>)
    func random(seed: UInt64) {
        var model = GroupModel(seed: seed)
        for _ in 0..<400 { model.randomStep() }
        #expect(model.violations == [], "seed \(seed)")
        // Everybody behaves from here on.
        for _ in 0..<40 {
            for index in model.clients.indices {
                model.proceed(index)
                model.proceed(index)
            }
            model.pass(.seconds(2))
        }
        var generations: Set<Int32> = []
        for client in model.clients {
            if case .stable(let generation) = client.stage { generations.insert(generation) }
        }
        #expect(generations == [model.state.generation], "seed \(seed)")
        #expect(model.clients.allSatisfy { $0.isStable }, "seed \(seed)")
        #expect(model.state.members.count == model.clients.count)
        for index in model.clients.indices { model.leave(index) }
        model.pass(.seconds(60))
        #expect(model.state.isUnused && model.state.members.byteCount == 0)
        #expect(model.state.deadline == nil)
        #expect(model.violations == [], "seed \(seed)")
    }
}

extension GroupModel.Client {
    fileprivate var isStable: Bool { if case .stable = stage { true } else { false } }
}
