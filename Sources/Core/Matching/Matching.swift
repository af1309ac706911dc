// Matching: text and bytes measured and matched: entropy, weak secrets, and text from outside made visible.
//
// Goes in: pure functions over strings and bytes. Stays out: what a match means.
