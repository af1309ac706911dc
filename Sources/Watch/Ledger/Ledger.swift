// Ledger: the one store of events: append, checkpoint, prove, query.
//
// Goes in: SQLite, the hash chain, Merkle checkpoints and their signatures. Stays out: what an event means.
