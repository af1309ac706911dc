// Inventory: observations folded into agents, with the evidence for each.
//
// Pure: observations and the previous inventory go in, the next inventory and its changes come out.
