// Wire: bytes from the network to records: DNS messages first.
//
// Goes in: decoders and encoders over bounded cursors, with typed errors. Stays out: sockets, time, judgement. Every decoder has a fuzz target.
