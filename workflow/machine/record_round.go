package machine

const RoundWorkflow = "round"
