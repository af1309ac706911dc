// Imports: what other tools saw on other hosts, as observations.
//
// Goes in: decoding of exports and pasted text, joining per host, recognition by the fingerprint table. Stays out: files
// and clocks, and whatever looks at this host itself.
