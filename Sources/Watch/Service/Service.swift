// Service: sensors, assessor, inventory and ledger kept running together.
//
// Goes in: composition and lifetimes. Stays out: everything that has a room of its own.
