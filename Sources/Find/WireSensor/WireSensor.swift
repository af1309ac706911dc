// WireSensor: what agents say on the segment, as observations: mDNS first.
//
// Goes in: sockets and the tables of what was heard, with a cap on each. Stays out: decoding (Wire) and merging (Inventory).
