import Model
import Testing
import Wire

@testable import WireSensor

@Suite struct FlowTableTests {
  private static func packet(_ number: UInt64, seed: UInt64 = 1) -> Packet {
    var packet = Packet()
    // Few hosts and ports, so that many packets differ in one field only.
    packet.source = IP(v4: 0x0A00_0000 | UInt32(truncatingIfNeeded: number & 0xF))
    packet.destination = number & 0x10 == 0 ? IP(v4: 0xC633_6401) : IP(high: 0x2001_0DB8, low: number & 0xF)
    packet.sourcePort = UInt16(truncatingIfNeeded: 1000 + number >> 5 & 0x3F)
    packet.destinationPort = number & 0x800 == 0 ? 443 : 80
    packet.transport = number & 0x1000 == 0 ? 6 : 17
    packet.vlan = number & 0x2000 == 0 ? 0 : 7
    packet.encapsulation = number & 0x4000 == 0 ? 0 : 9
    return packet
  }

  private static func reversed(_ packet: Packet) -> Packet {
    var back = packet
    (back.source, back.destination) = (packet.destination, packet.source)
    (back.sourcePort, back.destinationPort) = (packet.destinationPort, packet.sourcePort)
    return back
  }

  private static func flow(_ packet: Packet) -> Flow {
    var flow = Flow()
    (flow.client, flow.server) = (packet.source, packet.destination)
    (flow.clientPort, flow.serverPort) = (packet.sourcePort, packet.destinationPort)
    (flow.transport, flow.encapsulation) = (packet.transport, packet.encapsulation)
    (flow.vlanUp, flow.vlanDown) = (packet.vlan, packet.vlan)
    return flow
  }

  @Test(arguments: [1, 0xFFFF_FFFF_FFFF_FFFE, 0x5555_5555] as [UInt64])
  func `it agrees with a dictionary over 200000 random steps`(seed: UInt64) {
    var random = Xorshift(seed)
    var table = FlowTable(capacity: 40_000, seed: seed)
    var model: [UInt64: Int] = [:]
    var faults = 0
    for step in 0..<200_000 {
      let number = random.next() & 0x7FFF
      let packet = Self.packet(number)
      let isBack = random.next() & 1 == 0
      let found = isBack ? Self.find(&table, Self.reversed(packet)) : Self.find(&table, packet)
      if found?.place != model[number] || (found != nil && found?.up == isBack) { faults += 1 }
      // Grows for a third of the time, then shrinks, then stays.
      let shrinks = step > 70_000 && (step < 140_000 ? random.next() % 4 > 0 : random.next() % 2 == 0)
      if let place = model[number] {
        if shrinks {
          table.remove(place)
          model[number] = nil
        }
      } else if !shrinks {
        model[number] = table.insert(Self.flow(packet), table.hash(packet))
      }
    }
    #expect(faults == 0)
    #expect(table.count == model.count)
    for number in 0..<UInt64(0x8000) where Self.find(&table, Self.packet(number))?.place != model[number] {
      faults += 1
    }
    #expect(faults == 0)
    for place in model.values { table.remove(place) }
    #expect(table.count == 0)
    for number in 0..<UInt64(0x8000) where Self.find(&table, Self.packet(number)) != nil { faults += 1 }
    #expect(faults == 0)
  }

  private static func find(_ table: inout FlowTable, _ packet: Packet) -> (place: Int, up: Bool)? {
    table.find(packet, table.hash(packet))
  }

  @Test func `both directions have one hash, and ends that are swapped in part have not`() {
    let table = FlowTable(capacity: 16, seed: 5)
    let packet = Self.packet(3)
    var crossed = packet
    (crossed.sourcePort, crossed.destinationPort) = (packet.destinationPort, packet.sourcePort)
    let hashes = [packet, Self.reversed(packet), crossed].map { table.hash($0) }
    #expect(hashes[0] == hashes[1])
    #expect(hashes[0] != hashes[2])
  }

  @Test func `a full table gives up who was silent for longest among those at hand`() {
    var table = FlowTable(capacity: 64, seed: 5)
    for number in 0..<64 as Range<UInt64> {
      var flow = Self.flow(Self.packet(number << 5))
      flow.last = Int64(number == 9 ? 5 : 1000 + number)
      _ = table.insert(flow, table.hash(Self.packet(number << 5)))
    }
    let wasFull = table.isFull
    let victim = table.victim()
    #expect(wasFull && victim == 9)
    table.remove(9)
    let isFull = table.isFull
    #expect(!isFull && table.count == 63 && table.evicted == 1)
  }

  @Test func `a table that forgets everything is as good as new`() {
    var table = FlowTable(capacity: 64, seed: 5)
    for round in 0..<3 {
      let places = (0..<64 as Range<UInt64>).map {
        table.insert(Self.flow(Self.packet($0 << 5)), table.hash(Self.packet($0 << 5)))
      }
      #expect(places == Array(0..<64), "round \(round)")
      table.removeAll()
      let found = Self.find(&table, Self.packet(0))?.place
      #expect(found == nil && table.count == 0 && table.used == 0)
    }
  }

  @Test func `a capacity beyond what an index can hold, or none, is put right`() {
    let capacities = [Int.max, -1].map { limit in
      let table = FlowTable(capacity: limit, seed: 1)
      return table.capacity
    }
    #expect(capacities == [FlowTable.placeLimit - 1, 16])
  }

  @Test func `a flow takes 120 bytes`() { #expect(MemoryLayout<Flow>.stride <= 120) }

  @Test func `a million flows stay within the cap, and the oldest go`() {
    var table = FlowTable(capacity: 1 << 14, seed: 7)
    for number in 0..<1_000_000 as Range<Int64> {
      var packet = Packet()
      packet.source = IP(v4: UInt32(truncatingIfNeeded: number))
      packet.destination = IP(v4: 0xC633_6401)
      packet.transport = 6
      if table.isFull { table.remove(table.victim()) }
      var flow = Self.flow(packet)
      flow.last = number
      _ = table.insert(flow, table.hash(packet))
    }
    #expect(table.count == 1 << 14 && table.used == 1 << 14)
    #expect(table.evicted == 1_000_000 - 1 << 14)
    let oldest = (0..<table.used).map { table[$0].last }.min() ?? 0
    #expect(oldest > 1_000_000 - 3 << 14)
  }
}
