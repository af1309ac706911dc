// Installations: how each agent product lies on a disk, every era; read-only.
//
// Goes in: finding and reading state directories and configurations through a `FileSystem`. Stays out: judging what was read.
