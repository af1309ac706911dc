// Formats: text formats to values that remember their line and column: JSON5, unit files, dotenv.
//
// Goes in: readers that never trap and never read a file. Stays out: what a key means.
