// Knowledge: what the world knows, as embedded data: agent fingerprints, advisories, vendor prefixes.
//
// Goes in: tables, their parsers, and pure look-ups. Stays out: looking at a machine.
