// Posture: checks over what was found: pass, fail, or not measured and why.
//
// Pure: an agent, its installation and its sockets go in, findings come out.
