// Reports: findings and inventories as text for people and as the JSON of the command line contract.
//
// Pure renderers.
