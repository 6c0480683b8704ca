package machine

// EraseAction is the built-in act that erases parts of a case. It leads from each state to itself.
const EraseAction = "erase"
