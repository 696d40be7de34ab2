import Testing

@testable import Broker

@Suite("A consumer group under random clients")
struct ConsumerGroupModelTests {
    @Test(
        "No partition is ever read by two; left alone, everybody has what the group wants",
        arguments: 0..<60 as Range<UInt64>)
    func random(seed: UInt64) {
        var model = ConsumerGroupModel(seed: seed)
        for _ in 0..<400 { model.randomStep() }
        #expect(model.violations == [], "seed \(seed)")
        // Everybody behaves from here on; who is gone is out by then.
        for _ in 0..<40 {
            for index in model.clients.indices { model.proceed(index) }
            model.pass(.seconds(2))
        }
        let group = model.script.group
        #expect(group.phase == .stable, "seed \(seed)")
        #expect(group.members.count == model.clients.count, "seed \(seed)")
        var read = PartitionSet()
        for client in model.clients {
            #expect(client.owned == group.targets[client.id], "seed \(seed)")
            #expect(client.epoch == group.epoch, "seed \(seed)")
            read = read.union(client.owned)
        }
        let wanted = model.script.partitionCounts.keys.filter { group.interests.contain($0) }
        #expect(read == model.script.all(wanted), "seed \(seed)")
        for index in model.clients.indices { model.leave(index, forNow: false) }
        #expect(model.script.group.isEmpty && model.script.group.byteCount == 0)
        #expect(model.script.group.owners.isEmpty)
        model.pass(.seconds(60))
        #expect(model.script.group.deadline == nil)
    }
}
