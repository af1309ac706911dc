internal import Model
internal import Wire

extension Segment {
  /// Records of an answer, in an order in which each finds what it belongs to: attributes first (they say whether an
  /// unknown type is a fork), then instances, then the addresses of hosts that an instance points to.
  mutating func answers(_ message: DNS.Message, _ packet: Packet, _ now: Timestamp) -> [Change] {
    let records = (message.answers + message.additionals).filter { $0.class == 1 }
    var touched: Set<Key> = []
    var changes: [Change] = []
    for record in records {
      guard case .text(let text) = record.data else { continue }
      take(record, packet, now, &touched, &changes, fork: text) { segment, instance, lifetime in
        let kept = text.prefix(bytes: segment.limits.textBytes)
        segment.counters.cutTexts += kept.attributes.count < text.attributes.count ? 1 : 0
        segment.counters.notUTF8 += kept.attributes.count { $0.value.map { !SafeText.isUTF8($0) } ?? false }
        instance.announcement.text = kept
        instance.text = Lifetime.renewed(instance.text, by: lifetime)
      }
    }
    for record in records {
      switch record.data {
      case .pointer(let target):
        guard ServiceType.named(record.name) != nil || instances[Key(link: packet.link.index, name: target)] != nil
        else { continue }
        guard target.parent == record.name, !target.first.isEmpty else {
          counters.foreign += 1
          continue
        }
        var owned = record
        owned.name = target
        take(owned, packet, now, &touched, &changes) { _, instance, lifetime in
          instance.pointer = Lifetime.renewed(instance.pointer, by: lifetime)
        }
      case .service(let service):
        take(record, packet, now, &touched, &changes) { segment, instance, lifetime in
          let isNew = !instance.serviceSenders.contains(packet.address)
          if let old = instance.announcement.service, old != service, isNew {
            instance.announcement.isDisputed = true
          }
          if isNew, instance.serviceSenders.count < segment.limits.announcersPerInstance {
            instance.serviceSenders.append(packet.address)
          }
          segment.point(
            Key(link: packet.link.index, name: record.name), from: instance.announcement.service?.target,
            to: service.target)
          instance.announcement.service = service
          instance.service = Lifetime.renewed(instance.service, by: lifetime)
        }
      default: continue
      }
    }
    addresses(records, packet, now, &touched)
    for key in touched.sorted(by: Self.inOrder) { changes += report(key, now) }
    return changes
  }

  /// Finds or admits the instance that a record is about, and lets `apply` write the record into it.
  private mutating func take(
    _ record: DNS.Record, _ packet: Packet, _ now: Timestamp, _ touched: inout Set<Key>, _ changes: inout [Change],
    fork text: DNS.Text? = nil, apply: (inout Segment, inout Instance, Lifetime) -> Void
  ) {
    let key = Key(link: packet.link.index, name: record.name)
    var instance: Instance
    if let known = instances[key] {
      instance = known
    } else {
      let parent = record.name.parent
      guard !record.name.first.isEmpty,
        let type = ServiceType.named(parent) ?? text.flatMap({ ServiceType.fork(parent, text: $0) }), record.ttl > 0,
        admit(packet, now, &changes)
      else { return }
      if !SafeText.isUTF8(record.name.first) { counters.notUTF8 += 1 }
      instance = Instance(
        announcement: Announcement(
          link: packet.link, name: record.name, type: type, service: nil, text: nil, addresses: [], announcers: [],
          firstSeen: now, lastSeen: now, isDisputed: false),
        owner: packet.address)
      perSource[packet.address, default: 0] += 1
    }
    if record.ttl == 0 {
      // A legacy answer cannot say goodbye; a goodbye to the attributes alone only comes before new ones.
      guard !packet.isLegacy, record.type != DNS.Kind.txt else { return }
      instance.goodbye = true
      instance.pointer?.end(at: now)
      instance.service?.end(at: now)
      instance.text?.end(at: now)
    } else {
      instance.goodbye = false
      apply(&self, &instance, Lifetime(ttl: record.ttl, at: now, legacy: packet.isLegacy))
      instance.announcement.lastSeen = now
      if !instance.announcement.announcers.contains(where: { $0.address == packet.address }),
        instance.announcement.announcers.count < limits.announcersPerInstance
      {
        instance.announcement.announcers.append(.init(address: packet.address, hopLimit: packet.hopLimit))
      }
    }
    instances[key] = instance
    touched.insert(key)
  }

  /// Addresses are kept for hosts that an instance points to, and for no others.
  private mutating func addresses(
    _ records: [DNS.Record], _ packet: Packet, _ now: Timestamp, _ touched: inout Set<Key>
  ) {
    for record in records {
      let key = Key(link: packet.link.index, name: record.name)
      guard case .address(let address) = record.data, let owners = pointing[key] else { continue }
      var list = hosts[key] ?? []
      if record.cacheFlush, !packet.isLegacy, record.ttl > 0 {
        // The sender owns the name: what it did not repeat within a second is gone (RFC 6762 §10.2).
        for index in list.indices
        where list[index].address.isIPv4 == address.isIPv4 && now.seconds(since: list[index].lifetime.received) > 1 {
          list[index].lifetime.end(at: now)
        }
      }
      let lifetime = Lifetime(ttl: record.ttl, at: now, legacy: packet.isLegacy)
      if let index = list.firstIndex(where: { $0.address == address }) {
        if record.ttl > 0 {
          list[index].lifetime = Lifetime.renewed(list[index].lifetime, by: lifetime)
        } else if !packet.isLegacy {
          list[index].lifetime.end(at: now)
        }
      } else if record.ttl > 0 {
        if list.count < limits.addressesPerHost {
          list.append(HostAddress(address: address, lifetime: lifetime))
          touched.formUnion(owners)
        } else {
          counters.refusedAddresses += 1
        }
      }
      hosts[key] = list
    }
  }

  /// Whether there is room for one more instance of this sender.
  ///
  /// A full table makes room at the cost of the sender that takes most of it, so that one flooder cannot hide the others.
  private mutating func admit(_ packet: Packet, _ now: Timestamp, _ changes: inout [Change]) -> Bool {
    let mine = perSource[packet.address] ?? 0
    if mine < limits.instancesPerSource {
      if instances.count < limits.instances { return true }
      if let (greedy, count) = perSource.max(by: { $0.value < $1.value }), count > mine + 1,
        let victim = instances.filter({ $0.value.owner == greedy })
          .min(by: { $0.value.announcement.lastSeen < $1.value.announcement.lastSeen })?.key
      {
        remove(victim, .evicted, &changes)
        refuse(packet, now, &changes)
        return true
      }
    }
    refuse(packet, now, &changes)
    return false
  }

  private mutating func refuse(_ packet: Packet, _ now: Timestamp, _ changes: inout [Change]) {
    counters.refusedInstances += 1
    // One report an hour, however long it lasts.
    if let flood, now.seconds(since: flood.time) < 3600, now >= flood.time { return }
    let report = Flood(link: packet.link, address: packet.address, time: now, kept: instances.count)
    flood = report
    changes.append(.flooded(report))
  }

  mutating func remove(_ key: Key, _ reason: Change.Reason, _ changes: inout [Change]) {
    guard let instance = instances.removeValue(forKey: key) else { return }
    point(key, from: instance.announcement.service?.target, to: nil)
    if let count = perSource[instance.owner] { perSource[instance.owner] = count > 1 ? count - 1 : nil }
    // What was never reported needs no withdrawal.
    if let reported = instance.reported { changes.append(.withdrawn(reported, reason)) }
  }

  /// Keeps the way back from a host to the instances that point to it; a host that none points to is forgotten.
  mutating func point(_ key: Key, from old: DNS.Name?, to new: DNS.Name?) {
    guard old != new else { return }
    if let old {
      let host = Key(link: key.link, name: old)
      pointing[host]?.remove(key)
      if pointing[host]?.isEmpty == true {
        pointing[host] = nil
        hosts[host] = nil
      }
    }
    if let new { pointing[Key(link: key.link, name: new), default: []].insert(key) }
  }

  /// Says that an instance appeared or changed, once it is complete or has had its time to become so.
  mutating func report(_ key: Key, _ now: Timestamp) -> [Change] {
    guard var instance = instances[key], !instance.goodbye else { return [] }
    let current = resolved(instance.announcement)
    if let old = instance.reported {
      guard
        old.service != current.service || old.text != current.text || old.addresses != current.addresses
          || old.isDisputed != current.isDisputed
      else {
        instance.isPending = false
        instances[key] = instance
        return []
      }
      // A value that flickers is reported once in five seconds, with the last word.
      if let at = instance.reportedAt, now.seconds(since: at) < 5, now >= at {
        instance.isPending = true
        instances[key] = instance
        return []
      }
    } else {
      let age = now.seconds(since: current.firstSeen)
      let isComplete = current.service != nil && current.text != nil && !current.addresses.isEmpty
      guard isComplete || (current.service != nil && age >= 1) || age >= 3 else { return [] }
    }
    let change: Change = instance.reported == nil ? .appeared(current) : .changed(current)
    instance.reported = current
    instance.reportedAt = now
    instance.isPending = false
    instances[key] = instance
    return [change]
  }
}
