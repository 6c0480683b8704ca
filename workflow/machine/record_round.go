package machine

// RoundWorkflow is the definition that rounds live under.
const RoundWorkflow = "round"
